using AbsBuildTasks.Caching;
using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Reports;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.State;
using AbsBuildTasks.Workers;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tasks;

/// <summary>Sees to it that every model of a project has the plan of its fingerprint: from <c>obj</c>, the cache, or a search.</summary>
public sealed class AbsSearch : FingerprintTask, ICancelableTask, IDisposable
{
    private const string Auto = "auto";
    private const string Cached = "cached";
    private const string Force = "force";
    private const string Off = "off";

    private readonly CancellationTokenSource _cancellation = new();
    private string _mode = Auto;
    private BuildCache? _cache;

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

    /// <summary>A file to which the searches' events are appended; empty for none.</summary>
    public string EventsFile { get; set; } = "";

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
        _mode = Choice.Of("AbsSearchMode", Mode, Auto, Cached, Force, Off);
        using var remote = RemoteSettings.Read(RemoteCacheAddress, RemoteCacheMode, Environment.GetEnvironmentVariable) is { } settings ? new RemoteCache(settings, new()) : null;
        _cache = new BuildCache(LocalCache.Open(ProjectDirectory, CacheDirectory, CacheSize), remote, this);
        RunForEach();
    }

    private protected override void RunFor(ModelItem model, Fingerprint fingerprint, ModelState state)
    {
        if (_mode != Force && state.Has(fingerprint.Hash))
        {
            state.MakeCurrent(fingerprint.Hash);
        }
        else
        {
            if (_mode != Force && state.DamagedFile(fingerprint.Hash) is { } damaged)
            {
                Print($"abs: {model.Name}: {damaged} in obj is damaged or missing; the plan is taken anew");
            }

            Obtain(model, fingerprint, state, _mode, _cache!);
        }

        Plans = [.. Plans, new TaskItem(state.PlanFile(fingerprint.Hash), model.Item.CloneCustomMetadata())];
        Files = [.. Files, .. state.Files(fingerprint.Hash).Select(file => new TaskItem(file))];
        Records = [.. Records, .. state.Records(fingerprint.Hash).Select(file => new TaskItem(file))];
    }

    private void Obtain(ModelItem model, Fingerprint fingerprint, ModelState state, string mode, BuildCache cache)
    {
        var changes = Explain(model, fingerprint, state);
        var folder = state.CreateTemporaryFolder();
        var checkpoints = new CheckpointFolder(StateDirectory, model.Name);
        try
        {
            if (mode == Force || !cache.TryTake(model.Name, model.HasSweep, fingerprint.Hash, folder, _cancellation.Token))
            {
                if (mode == Cached)
                {
                    throw new AbsException(AbsCodes.CacheMiss, $"The plan of '{model.Name}' (fingerprint {fingerprint.Hash}) is not in the cache, and AbsSearchMode=cached does not search; build with the same cache where searching is allowed, or set AbsSearchMode=auto.");
                }

                SearchAlone(model, fingerprint, changes, mode, cache, folder, checkpoints);
            }

            var plan = PlanFile.Read(Path.Combine(folder, model.Name + CacheFiles.Plan)).Plan;
            var sweep = ReadSweep(model, fingerprint.Hash, folder);
            state.Take(folder, fingerprint);
            checkpoints.RemoveThat(fingerprint.Hash);
            PrintLines(PlanTable.Write(plan));
            if (sweep is not null)
            {
                Print("");
                PrintLines(SweepTable.Write(sweep));
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

    private void PrintLines(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            Print(line);
        }
    }

    private static SweepResult? ReadSweep(ModelItem model, string fingerprint, string folder) =>
        model.HasSweep ? SweepFile.Read(Path.Combine(folder, model.Name + CacheFiles.Sweep), model.Name, fingerprint) : null;

    private void SearchAlone(ModelItem model, Fingerprint fingerprint, IReadOnlyList<string> changes, string mode, BuildCache cache, string folder, CheckpointFolder checkpoints)
    {
        using var alone = cache.LockSearch(model.Name, fingerprint.Hash, _cancellation.Token);
        if (mode != Force && cache.TryTakeLocal(model.Name, model.HasSweep, fingerprint.Hash, folder))
        {
            // Another build has searched for it meanwhile.
            return;
        }

        if (SearchReason.Of(model.Name, changes) is { } reason)
        {
            Print(reason);
        }

        checkpoints.RemoveOthers(fingerprint.Hash);
        new ModelSearch(Setup(), this).Run(model, fingerprint.Hash, folder, checkpoints.Of(fingerprint.Hash), _cancellation.Token);
        cache.Store(model.Name, model.HasSweep, fingerprint.Hash, folder, _cancellation.Token);
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
        Events = new(EventsFile.Length > 0 ? Path.GetFullPath(Path.Combine(ProjectDirectory, EventsFile)) : ""),
    };
}
