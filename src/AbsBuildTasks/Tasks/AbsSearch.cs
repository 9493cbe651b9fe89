using AbsBuildTasks.Caching;
using AbsBuildTasks.Fingerprints;
using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Reports;
using AbsBuildTasks.State;
using AbsBuildTasks.Workers;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tasks;

/// <summary>Sees to it that every model of a project has the plan of its fingerprint: from <c>obj</c>, the cache, or a search.</summary>
public sealed class AbsSearch : AbsTask, ICancelableTask, IDisposable
{
    private const string Auto = "auto";
    private const string Cached = "cached";
    private const string Force = "force";
    private const string Off = "off";

    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>The project's <c>AbsModel</c> items.</summary>
    [Required]
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>The framework the project targets, such as <c>.NETCoreApp 10.0</c>.</summary>
    [Required]
    public string TargetFramework { get; set; } = "";

    /// <summary>Full path of the model assembly in the output folder.</summary>
    [Required]
    public string AssemblyFile { get; set; } = "";

    /// <summary>Assemblies of referenced projects.</summary>
    public ITaskItem[] References { get; set; } = [];

    /// <summary>The model assembly's <c>.deps.json</c>.</summary>
    public string DepsFile { get; set; } = "";

    /// <summary>The folder in <c>obj</c> that holds the project's plans.</summary>
    [Required]
    public string StateDirectory { get; set; } = "";

    /// <summary>Folders that builds write to; patterns of data files do not go into them.</summary>
    public ITaskItem[] OutputFolders { get; set; } = [];

    /// <summary><c>auto</c>, <c>cached</c> or <c>force</c>.</summary>
    public string Mode { get; set; } = Auto;

    /// <summary><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; set; } = "auto";

    /// <summary>The cache's folder; empty for the user's own.</summary>
    public string CacheDirectory { get; set; } = "";

    /// <summary>What the cache holds at most, such as <c>4GB</c>; empty for that.</summary>
    public string CacheSize { get; set; } = "";

    /// <summary>Address of a cache shared with others; empty for none.</summary>
    public string RemoteCacheAddress { get; set; } = "";

    /// <summary><c>read-write</c> or <c>read-only</c>.</summary>
    public string RemoteCacheMode { get; set; } = "";

    /// <summary>The <c>dotnet</c> program.</summary>
    [Required]
    public string Host { get; set; } = "";

    /// <summary>The folders that packages are in.</summary>
    public ITaskItem[] ProbingPaths { get; set; } = [];

    /// <summary>The worker's assembly.</summary>
    [Required]
    public string WorkerAssembly { get; set; } = "";

    /// <summary>Every model's plan file, with the model item's metadata.</summary>
    [Output]
    public ITaskItem[] Plans { get; private set; } = [];

    /// <summary>Every file of every plan.</summary>
    [Output]
    public ITaskItem[] Files { get; private set; } = [];

    /// <summary>What else the folder in <c>obj</c> holds of them.</summary>
    [Output]
    public ITaskItem[] Records { get; private set; } = [];

    /// <inheritdoc />
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc />
    public void Dispose() => _cancellation.Dispose();

    /// <inheritdoc />
    protected override void Run()
    {
        var mode = Choice.Of("AbsSearchMode", Mode, Auto, Cached, Force, Off);
        ProjectSupport.Check(TargetFramework);
        var models = ModelItem.ReadAll(Models, ProjectDirectory, [.. OutputFolders.Select(item => item.ItemSpec)]);
        using var remote = RemoteSettings.Read(RemoteCacheAddress, RemoteCacheMode, Environment.GetEnvironmentVariable) is { } settings ? new RemoteCache(settings, new()) : null;
        var cache = new BuildCache(LocalCache.Open(ProjectDirectory, CacheDirectory, CacheSize), remote, this);
        var hashes = new FileHashes(Path.Combine(StateDirectory, "hashes.tsv"));
        var fingerprints = new ProjectFingerprint(EngineVersion.Current, References.Select(item => item.ItemSpec).Prepend(AssemblyFile), DepsFile, hashes);
        foreach (var model in models)
        {
            var fingerprint = fingerprints.Of(model);
            var state = new ModelState(StateDirectory, model.Name);
            if (mode != Force && state.Has(fingerprint.Hash))
            {
                state.MakeCurrent(fingerprint.Hash);
            }
            else
            {
                Obtain(model, fingerprint, state, mode, cache);
            }

            Plans = [.. Plans, new TaskItem(state.PlanFile(fingerprint.Hash), model.Item.CloneCustomMetadata())];
            Files = [.. Files, .. state.Files(fingerprint.Hash).Select(file => new TaskItem(file))];
            Records = [.. Records, .. state.Records(fingerprint.Hash).Select(file => new TaskItem(file))];
        }

        hashes.Save();
    }

    private void Obtain(ModelItem model, Fingerprint fingerprint, ModelState state, string mode, BuildCache cache)
    {
        var folder = state.CreateTemporaryFolder();
        var checkpoints = new CheckpointFolder(StateDirectory, model.Name);
        try
        {
            if (mode == Force || !cache.TryTake(model.Name, fingerprint.Hash, folder, _cancellation.Token))
            {
                if (mode == Cached)
                {
                    throw new AbsException(AbsCodes.CacheMiss, $"The plan of '{model.Name}' (fingerprint {fingerprint.Hash}) is not in the cache, and AbsSearchMode=cached does not search; build with the same cache where searching is allowed, or set AbsSearchMode=auto.");
                }

                SearchAlone(model, fingerprint, state, mode, cache, folder, checkpoints);
            }

            var plan = PlanFile.Read(Path.Combine(folder, model.Name + CacheFiles.Plan)).Plan;
            state.Take(folder, fingerprint);
            checkpoints.RemoveThat(fingerprint.Hash);
            foreach (var line in PlanTable.Write(plan).Split('\n'))
            {
                Print(line);
            }
        }
        catch (OperationCanceledException exception)
        {
            throw new AbsException(AbsCodes.Cancelled, $"The build was cancelled before it had the plan of '{model.Name}'; plans are as they were before.", exception);
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private void SearchAlone(ModelItem model, Fingerprint fingerprint, ModelState state, string mode, BuildCache cache, string folder, CheckpointFolder checkpoints)
    {
        using var alone = cache.LockSearch(model.Name, fingerprint.Hash, _cancellation.Token);
        if (mode != Force && cache.TryTakeLocal(model.Name, fingerprint.Hash, folder))
        {
            // Another build has searched for it meanwhile.
            return;
        }

        if (state.CurrentInputs() is { } before && SearchReason.Of(model.Name, before, fingerprint) is { } reason)
        {
            Print(reason);
        }

        checkpoints.RemoveOthers(fingerprint.Hash);
        new ModelSearch(Setup(), this).Run(model, fingerprint.Hash, folder, checkpoints.Of(fingerprint.Hash), _cancellation.Token);
        cache.Store(model.Name, fingerprint.Hash, folder, _cancellation.Token);
    }

    private SearchSetup Setup() => new()
    {
        Host = Host,
        WorkerAssembly = Path.GetFullPath(WorkerAssembly),
        AssemblyFile = AssemblyFile,
        DepsFile = Path.GetFullPath(Path.Combine(ProjectDirectory, DepsFile)),
        ProbingPaths = [.. ProbingPaths.Select(item => item.ItemSpec)],
        ProjectDirectory = ProjectDirectory,
        Device = Device,
        NativeDirectory = Path.Combine(StateDirectory, "native"),
    };
}
