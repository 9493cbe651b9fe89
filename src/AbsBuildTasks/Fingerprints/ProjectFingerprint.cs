using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Fingerprints;

namespace AbsBuildTasks.Fingerprints;

/// <summary>What all models of a project depend on, and the fingerprints of each.</summary>
internal sealed class ProjectFingerprint
{
    private readonly FileHashes _hashes;
    private readonly List<(string Name, string Value)> _shared = [];

    /// <summary>Hashes what the models share.</summary>
    /// <param name="engineVersion">This package's version.</param>
    /// <param name="assemblies">The model assembly, and those of projects it references.</param>
    /// <param name="depsFile">Lists the packages.</param>
    /// <param name="hashes">Hashes files.</param>
    public ProjectFingerprint(string engineVersion, IEnumerable<string> assemblies, string depsFile, FileHashes hashes)
    {
        _hashes = hashes;
        _shared.Add(("engine", engineVersion));
        _shared.Add(("schema", FormattableString.Invariant($"{CompressionPlan.CurrentSchemaVersion}")));
        _shared.AddRange(assemblies.Select(file => ("assembly:" + Path.GetFileName(file), hashes.OfAssembly(file))).Distinct());
        _shared.AddRange(DepsPackages.Read(depsFile).Select(package => ("package:" + package.Name, package.Version)));
    }

    /// <summary>The fingerprint of a model.</summary>
    public Fingerprint Of(ModelItem model)
    {
        var builder = new FingerprintBuilder().AddSettings(model.Settings).Add("model", model.Name).Add("type", model.Type ?? "");
        foreach (var (name, value) in _shared)
        {
            builder.Add(name, value);
        }

        if (model.Checkpoint is { } checkpoint)
        {
            builder.Add("checkpoint", _hashes.Of(checkpoint.FullPath));
        }

        foreach (var file in model.DataFiles)
        {
            builder.Add("data:" + file.Name, _hashes.Of(file.FullPath));
        }

        return builder.Build();
    }
}
