using AbsBuildTasks.Fingerprints;
using AbsBuildTasks.Fingerprints.Code;
using AbsBuildTasks.Fingerprints.Packages;
using AbsBuildTasks.Models;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Settings.Kinds;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Text;
using AbsBuildTasks.State;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Tasks;

/// <summary>What tasks have in common that need the fingerprints of a project's models.</summary>
public abstract class FingerprintTask : AbsTask
{
    /// <summary>The project's <c>AbsModel</c> items.</summary>
    [Required]
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>Full path of the model assembly in the output folder.</summary>
    [Required]
    public string AssemblyFile { get; set; } = "";

    /// <summary>Assemblies of referenced projects.</summary>
    public ITaskItem[] References { get; set; } = [];

    /// <summary>How code counts: <c>optimized</c>, as an optimising compiler makes it, or <c>built</c>, as the build has compiled it.</summary>
    public string FingerprintCode { get; set; } = "optimized";

    /// <summary>What an optimising compiler made of sources that this build did not optimise; none where it did, or where code counts as built.</summary>
    public ITaskItem[] CompiledCode { get; set; } = [];

    /// <summary>The model assembly's <c>.deps.json</c>.</summary>
    public string DepsFile { get; set; } = "";

    /// <summary>What restore wrote of the project's packages.</summary>
    public string AssetsFile { get; set; } = "";

    /// <summary>The project's target framework.</summary>
    public string TargetFramework { get; set; } = "";

    /// <summary>The folder in <c>obj</c> that holds the project's plans.</summary>
    [Required]
    public string StateDirectory { get; set; } = "";

    /// <summary>The folder of the snapshots, and of latency tables.</summary>
    [Required]
    public string SnapshotDirectory { get; set; } = "";

    /// <summary>Folders that builds write to; patterns of data files do not go into them.</summary>
    public ITaskItem[] OutputFolders { get; set; } = [];

    /// <summary>How data files count: <c>auto</c>, <c>content</c> or <c>manifest</c> (length and time).</summary>
    public string DataFingerprint { get; set; } = "";

    /// <summary>The size of a model's data files above which <c>auto</c> does not read them, such as <c>2GB</c>.</summary>
    public string DataHashLimit { get; set; } = "";

    private ProjectFingerprint? _fingerprints;

    private DataCover Data => new(DataFingerprint, DataHashLimit);

    /// <summary>Does what the task is for with one model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="fingerprint">Its fingerprint.</param>
    /// <param name="state">What <c>obj</c> holds of it.</param>
    private protected abstract void RunFor(ModelItem model, Fingerprint fingerprint, ModelState state);

    /// <summary>Told of the files and folders that fingerprints are taken of, before any of them is read.</summary>
    private protected virtual void BeforeReading(IEnumerable<string> inputs)
    {
    }

    /// <summary>Takes fingerprints, and remembers what was read for them.</summary>
    /// <exception cref="AbsException">The project or an item is not as it should be.</exception>
    private protected void RunForEach()
    {
        _ = Choice.Of("AbsFingerprintCode", FingerprintCode, "optimized", "built");
        OutputFolder.RequireNoLinks(StateDirectory);
        var models = ModelItem.ReadAll(Models, ProjectDirectory, [.. OutputFolders.Select(item => item.ItemSpec)], SnapshotDirectory);
        BeforeReading([AssemblyFile, .. References.Select(item => item.ItemSpec), Path.GetFullPath(Path.Combine(ProjectDirectory, DepsFile)), .. AssetsFile.Length > 0 ? [AssetsFile] : (string[])[], .. models.SelectMany(InputsOf)]);
        var hashes = new FileHashes(Path.Combine(StateDirectory, "hashes.tsv"));
        var code = new CodeHashes(Path.Combine(StateDirectory, "code.tsv"), [.. References.Select(item => item.ItemSpec).Prepend(AssemblyFile).Distinct(StringComparer.Ordinal).Select(ReadFor)]);
        _fingerprints = new ProjectFingerprint(EngineVersion.Current, new ProjectPackages(DepsFile, AssetsFile, TargetFramework), code, hashes, Data);
        foreach (var model in models)
        {
            Fingerprint fingerprint;
            try
            {
                fingerprint = _fingerprints.Of(model);
            }
            finally
            {
                // What was read stays read where the search that may follow is killed. Where it cannot be kept, the search comes first.
                Try(() => hashes.Save(isWhole: false));
                Try(code.Save);
            }

            RunFor(model, fingerprint);
        }

        hashes.Save(isWhole: true);
        code.Save();
    }

    /// <summary>The fingerprint of a model that is one of the project's but for its settings.</summary>
    private protected Fingerprint FingerprintOf(ModelItem model) => _fingerprints!.Of(model);

    /// <summary>Says what changed since the model's last plan, and keeps that beside the fingerprint in <c>obj</c>.</summary>
    private protected IReadOnlyList<FingerprintChange> Explain(ModelItem model, Fingerprint fingerprint, ModelState state)
    {
        var before = state.CurrentInputs();
        IReadOnlyList<FingerprintChange> changes = before is null ? [] : FingerprintChanges.Of(before, fingerprint.Entries);
        FingerprintReportFile.Write(StateDirectory, model.Name, fingerprint, before is null ? null : FingerprintBuilder.Of(before).Hash, [.. changes.Select(change => change.ToString())]);
        if (Data.IsManifest(model))
        {
            Print(DataCover.Note(model));
        }

        return changes;
    }

    /// <summary>The same, a line each, with the lines of code that changed, for people to read. A file does not keep them, as they move without a change.</summary>
    private protected IReadOnlyList<string> Placed(IReadOnlyList<FingerprintChange> changes) => SourcePlaces.In(changes, [AssemblyFile, .. References.Select(item => item.ItemSpec)]);

    /// <summary>What is kept with a model's snapshot.</summary>
    /// <param name="model">The model.</param>
    /// <param name="plan">The plan that becomes the snapshot.</param>
    /// <param name="fingerprint">Its fingerprint.</param>
    /// <param name="policy">The project's policy.</param>
    /// <param name="tolerance">The project's tolerances.</param>
    /// <param name="configuration">The configuration that is built.</param>
    /// <exception cref="AbsException">ABS1005: policy or tolerances cannot be read. ABS4018: the measured noise cannot be read.</exception>
    private protected SnapshotInputs? KeptWith(ModelItem model, CompressionPlan plan, Fingerprint fingerprint, string policy, string tolerance, string configuration) => SnapshotInputs.Of(
        plan,
        fingerprint.Entries,
        configuration,
        new PlanJudge(policy, tolerance, isLocked: false, configuration, SnapshotDirectory).Of(model.Item, model.Name).Rule);

    private void RunFor(ModelItem model, Fingerprint fingerprint)
    {
        if (Log.LogsMessagesOfImportance(MessageImportance.Low))
        {
            Log.LogMessage(MessageImportance.Low, "{0}", string.Join("\n", EntryLines(model.Name, fingerprint)));
        }

        RunFor(model, fingerprint, new ModelState(StateDirectory, model.Name));
    }

    // Of an assembly that the compiler has made twice, the one to be read; of one without sources here, itself.
    private string ReadFor(string assembly)
    {
        string[] compiled = [.. CompiledCode.Select(item => item.ItemSpec).Where(file => Path.GetFileName(file) == Path.GetFileName(assembly))];
        return compiled.Length == 1 ? compiled[0] : assembly;
    }

    private static IEnumerable<string> InputsOf(ModelItem model) =>
        model.DataFolders.Concat(model.DataFiles.Concat(new[] { model.StartingWeights, model.WarmStart, model.TargetSource, model.Latency?.File }.OfType<InputFile>()).Select(file => file.FullPath));

    private static void Try(Action save)
    {
        try
        {
            save();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next build reads again.
        }
    }

    /// <summary>The fingerprint and what it covers, a line each.</summary>
    private protected static IEnumerable<string> EntryLines(string model, Fingerprint fingerprint) =>
        fingerprint.Entries.Select(entry => $"  {Printable.Escape(entry.Key)} = {Printable.Escape(entry.Value)}").Prepend($"abs: {model}: fingerprint {fingerprint.Hash}");
}
