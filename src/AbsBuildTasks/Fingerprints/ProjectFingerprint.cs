using AbsBuildTasks.Fingerprints.Code;
using AbsBuildTasks.Fingerprints.Packages;
using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Fingerprints;

/// <summary>What all models of a project depend on, and the fingerprints of each.</summary>
internal sealed class ProjectFingerprint
{
    private readonly ProjectPackages _packages;
    private readonly CodeHashes _code;
    private readonly FileHashes _hashes;
    private readonly DataCover _data;
    private readonly List<(string Name, string Value)> _shared = [];

    /// <summary>Collects what the models share.</summary>
    /// <param name="engineVersion">This package's version.</param>
    /// <param name="packages">The project's packages.</param>
    /// <param name="code">Hashes code.</param>
    /// <param name="hashes">Hashes files.</param>
    /// <param name="data">How data files take part.</param>
    public ProjectFingerprint(string engineVersion, ProjectPackages packages, CodeHashes code, FileHashes hashes, DataCover data)
    {
        (_packages, _code, _hashes, _data) = (packages, code, hashes, data);
        _shared.Add(("engine", engineVersion));
        _shared.Add(("schema", FormattableString.Invariant($"{CompressionPlan.CurrentSchemaVersion}")));
    }

    /// <summary>The fingerprint of a model.</summary>
    public Fingerprint Of(ModelItem model)
    {
        var builder = new FingerprintBuilder().AddSettings(model.Settings).Add(FingerprintBuilder.ModelEntry, model.Name).Add("type", model.Type ?? "");
        var code = _code.Of(model.Type);
        foreach (var (name, value) in _shared
            .Concat(code.Where(entry => entry.Key != CodeMeaning.Uses).Select(entry => (entry.Key, entry.Value)))
            .Concat(_packages.Of(LibraryUse.Parse(code[CodeMeaning.Uses])).Select(package => ("package:" + package.Name, package.Version))))
        {
            builder.Add(name, value);
        }

        if (model.StartingWeights is { } checkpoint)
        {
            builder.Add("checkpoint", _hashes.Of(checkpoint.FullPath));
        }

        if (model.WarmStart is { } start)
        {
            builder.Add(FingerprintBuilder.WarmStartEntry, _hashes.Of(start.FullPath));
        }

        if (model.Latency is { } latency)
        {
            builder.Add(FingerprintBuilder.LatencyTableEntry, ContentHash.Of(latency.Text));
        }

        var isManifest = _data.IsManifest(model);
        foreach (var file in model.DataFiles)
        {
            builder.Add("data:" + file.Name, isManifest ? DataCover.Stamp(file) : _hashes.Of(file.FullPath));
        }

        return builder.Build();
    }
}
