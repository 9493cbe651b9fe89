using AbsBuildTasks.Caching;
using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Noise;
using AbsBuildTasks.Plans.Settings.Kinds;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.State;
using AbsBuildTasks.Workers;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Tasks;

/// <summary>Sees to it that every model of a project has the plan of its fingerprint: from <c>obj</c>, the cache, or a search.</summary>
public sealed class AbsSearch : ExecutorTask, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private SearchSetup? _setup;
    private ModelPlans? _plans;
    private BuildRecord? _record;
    private int _models;

    // By the models' order, whichever is done first.
    private readonly SortedDictionary<int, ModelFiles> _made = [];

    /// <summary><c>auto</c>, <c>cached</c>, <c>locked</c> or <c>force</c>.</summary>
    public string Mode { get; set; } = SearchMode.Auto;

    /// <summary><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; set; } = "auto";

    /// <summary>After which time the training of a search ends, such as <c>2h</c>; empty for no limit.</summary>
    public string StopAfter { get; set; } = "";

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

    /// <summary>The same for the display of the <c>abs</c> command line, which so takes no file from anybody else.</summary>
    public string DisplayEventsFile { get; set; } = "";

    /// <summary>Whether the terminal's title shows how far a search is: <c>auto</c> or <c>off</c>.</summary>
    public string TerminalTitle { get; set; } = "off";

    /// <summary>A folder that receives the searches' curves for TensorBoard; empty for none.</summary>
    public string TensorBoard { get; set; } = "";

    /// <summary>As <see cref="AbsVerifyPlans"/> will be given it, like the next six: here only to be checked before a search.</summary>
    public string SnapshotMode { get; set; } = "verify";

    /// <inheritdoc cref="SnapshotMode" />
    public string SnapshotPolicy { get; set; } = "exact";

    /// <inheritdoc cref="SnapshotMode" />
    public string SnapshotTolerance { get; set; } = "";

    /// <inheritdoc cref="SnapshotMode" />
    public string Baseline { get; set; } = "";

    /// <inheritdoc cref="SnapshotMode" />
    public string BaselineTolerance { get; set; } = "";

    /// <inheritdoc cref="SnapshotMode" />
    public string BaselineMode { get; set; } = "error";

    /// <inheritdoc cref="SnapshotMode" />
    public string Summary { get; set; } = "auto";

    /// <summary>As <see cref="AbsReport"/> will be given it: here only to be checked before a search.</summary>
    public string ReportMode { get; set; } = "html";

    /// <summary>Whether ONNX files are measured: <c>auto</c> (where the project has ONNX Runtime), <c>on</c> or <c>off</c>.</summary>
    public string Timing { get; set; } = "auto";

    /// <summary>Whether the noise of all models is measured, and written beside their snapshots; otherwise only of those that say by how many seeds.</summary>
    public bool Calibrates { get; set; }

    /// <summary>The <c>dotnet</c> program.</summary>
    [Required]
    public string Host { get; set; } = "";

    /// <summary>The folders that packages are in.</summary>
    public ITaskItem[] ProbingPaths { get; set; } = [];

    /// <summary>The worker's assembly.</summary>
    [Required]
    public string WorkerAssembly { get; set; } = "";

    /// <summary>What <see cref="AbsFindCurrent"/> gave; empty where the build is not to be recorded.</summary>
    public string RecordKey { get; set; } = "";

    /// <summary>What the build's record is known by.</summary>
    [Output]
    public string RecordId { get; private set; } = "";

    /// <summary>Every model's plan file, with the model item's metadata.</summary>
    [Output]
    public ITaskItem[] Plans { get; private set; } = [];

    /// <summary>Every file of every plan, and what the plan was made from.</summary>
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
        var mode = Choice.Of("AbsSearchMode", Mode, SearchMode.Auto, SearchMode.Cached, SearchMode.Locked, SearchMode.Force, SearchMode.Off);
        if (Calibrates && mode == SearchMode.Locked)
        {
            throw new AbsException(AbsCodes.InvalidSetting, "AbsSearchMode=\"locked\" searches by no seed, so -t:AbsCalibrate can measure no noise; run it with -p:AbsSearchMode=auto.");
        }

        CheckLaterSettings();
        using var remote = RemoteSettings.Read(RemoteCacheAddress, RemoteCacheMode, Environment.GetEnvironmentVariable) is { } settings ? new RemoteCache(settings, new()) : null;
        var cache = new BuildCache(LocalCache.Open(ProjectDirectory, CacheDirectory, CacheSize), LocalCache.Folder(ProjectDirectory, CacheDirectory), remote, this);
        _setup = Setup(ReadExecutor());
        _plans = new ModelPlans(this)
        {
            Mode = mode,
            StateDirectory = StateDirectory,
            SnapshotDirectory = SnapshotDirectory,
            Calibrates = Calibrates,
            Cache = cache,
            Setup = _setup,
            Search = new PlanSearch(this, cache, _setup, StateDirectory, isForced: mode == SearchMode.Force),
            Onnx = new ModelOnnx(this, _setup, new OnnxCache(cache, mayTake: mode != SearchMode.Force), new ExportVerdicts(StateDirectory), TimingMode.Of(Timing, _setup.DepsFile), WarnAgain),
            FingerprintOf = FingerprintOf,
            Explain = (model, fingerprint, state) => Placed(Explain(model, fingerprint, state)),
            Cancellation = _cancellation.Token,
        };
        if (!_setup.Together.Run(RunForEach, LogFailure, dropped => Print(FormattableString.Invariant($"abs: {dropped} more {(dropped == 1 ? "search was" : "searches were")} not started, as another one failed"))))
        {
            return;
        }

        Plans = [.. _made.Values.SelectMany(made => made.Plans)];
        Files = [.. _made.Values.SelectMany(made => made.Files)];
        Records = [.. _made.Values.SelectMany(made => made.Records)];
        _record!.Leave(Files.Select(item => item.ItemSpec), Records.Select(item => item.ItemSpec));
    }

    private protected override void BeforeReading(IEnumerable<string> inputs)
    {
        // Snapshots are read by this task, or by the one that verifies.
        var snapshots = Models.SelectMany(model => new[] { new SnapshotPaths(SnapshotDirectory, model.ItemSpec).Verified, NoiseFile.PathIn(SnapshotDirectory, model.ItemSpec) }).Prepend(SnapshotDirectory).Select(path => Path.GetFullPath(Path.Combine(ProjectDirectory, path)));
        _record = BuildRecord.Begin(BuildRecord.PathIn(StateDirectory), RecordKey, inputs.Concat(snapshots));
        RecordId = _record.Id;
    }

    private protected override void RunFor(ModelItem model, Fingerprint fingerprint, ModelState state)
    {
        _record!.AddLog(EntryLines(model.Name, fingerprint));
        var number = _models++;
        _setup!.Together.Start(() => _made[number] = _plans!.Of(model, fingerprint, state));
    }

    /// <summary>Reads what is of use only after the search, which a misspelt word would cost.</summary>
    internal void CheckLaterSettings()
    {
        _ = SnapshotRule.Parse(SnapshotPolicy, SnapshotTolerance);

        // Where nobody compares, the release need not be there.
        _ = BaselineSource.Read(AbsVerifyPlans.IsOff(SnapshotMode) ? "" : Baseline, BaselineTolerance, BaselineMode, ProjectDirectory, SnapshotDirectory);
        _ = AbsVerifyPlans.IsSummedUp(Summary);
        _ = AbsReport.ReadMode(ReportMode);
        _ = TimingMode.Read(Timing);
    }

    /// <summary>Warns of what holds until something changes: a build that has nothing to do repeats it, and stays fast.</summary>
    private void WarnAgain(string code, string text)
    {
        if (LogRecordedWarningOnce(code, text))
        {
            _record!.AddWarning(code, text);
        }
    }

    private SearchSetup Setup(Executor executor) => new()
    {
        Host = WorkerHost.Of(Host, Environment.GetEnvironmentVariable),
        WorkerAssembly = Path.GetFullPath(WorkerAssembly),
        AssemblyFile = AssemblyFile,
        DepsFile = Path.GetFullPath(Path.Combine(ProjectDirectory, DepsFile)),
        ProbingPaths = [.. ProbingPaths.Select(item => item.ItemSpec)],
        ProjectDirectory = ProjectDirectory,
        Device = Device,
        TerminalTitle = Msbuild.TerminalTitle.Read(TerminalTitle),
        Executor = executor,
        Together = new(executor.Parallel),
        StopAfter = TimeLimit.Read("AbsStopAfter", StopAfter),
        StateDirectory = StateDirectory,
        NativeDirectory = Path.Combine(StateDirectory, "native"),
        StageDirectory = Path.Combine(StateDirectory, "stages"),
        TensorBoardDirectory = TensorBoard.Length == 0 ? null : Path.GetFullPath(Path.Combine(ProjectDirectory, TensorBoard)),
        Events = new([.. new[] { EventsFile, DisplayEventsFile }.Where(file => file.Length > 0).Select(file => Path.GetFullPath(Path.Combine(ProjectDirectory, file)))]),
    };
}
