using System.Globalization;

namespace AbsBuildTasks.Cake.Targets;

/// <summary>How plans are searched. What is not set is left to the project.</summary>
/// <example>
/// <code>
/// AbsSearch("./src/Models/Models.csproj", new AbsSearchSettings
/// {
///     Configuration = "Release",
///     Device = "cuda",
///     CacheDirectory = "./.abs-cache",
/// });
/// </code>
/// </example>
public class AbsSearchSettings : AbsTargetSettings
{
    /// <summary>Gets or sets when a search runs (<c>AbsSearchMode</c>).</summary>
    public AbsSearchMode? SearchMode { get; set; }

    /// <summary>Gets or sets where searches run (<c>AbsDevice</c>): <c>auto</c>, <c>cpu</c>, <c>cuda</c>, or <c>cuda:N</c>.</summary>
    public string? Device { get; set; }

    /// <summary>Gets or sets who starts the processes that search (<c>AbsExecutor</c>): <c>local</c>, <c>launch</c>, <c>slurm</c> or <c>command</c>.</summary>
    public string? Executor { get; set; }

    /// <summary>Gets or sets the command in front of a search's own (<c>AbsExecutorCommand</c>), such as <c>srun --gres=gpu:1</c>.</summary>
    public string? ExecutorCommand { get; set; }

    /// <summary>Gets or sets options for <c>sbatch</c> (<c>AbsExecutorOptions</c>), such as <c>--gres=gpu:1 --time=8:00:00</c>.</summary>
    public string? ExecutorOptions { get; set; }

    /// <summary>Gets or sets the command that gives a job to a queue (<c>AbsExecutorSubmit</c>).</summary>
    public string? ExecutorSubmit { get; set; }

    /// <summary>Gets or sets the command that asks after a job (<c>AbsExecutorStatus</c>).</summary>
    public string? ExecutorStatus { get; set; }

    /// <summary>Gets or sets the command that takes a job back (<c>AbsExecutorCancel</c>).</summary>
    public string? ExecutorCancel { get; set; }

    /// <summary>Gets or sets what becomes of a job where the build is cancelled (<c>AbsExecutorOnCancel</c>): <c>cancel</c> or <c>detach</c>.</summary>
    public string? ExecutorOnCancel { get; set; }

    /// <summary>Gets or sets how many searches run at once (<c>AbsExecutorParallel</c>).</summary>
    public int? ExecutorParallel { get; set; }

    /// <summary>Gets or sets after which time a search ends its training (<c>AbsStopAfter</c>), such as <c>2h</c>.</summary>
    public string? StopAfter { get; set; }

    /// <summary>Gets or sets the folder of the plan cache (<c>AbsCacheDirectory</c>); relative to the script's working folder.</summary>
    public DirectoryPath? CacheDirectory { get; set; }

    /// <summary>Gets or sets what that folder holds at most (<c>AbsCacheSize</c>), such as <c>4GB</c>.</summary>
    public string? CacheSize { get; set; }

    /// <summary>Gets or sets the address of a cache shared with others (<c>AbsRemoteCache</c>).</summary>
    public string? RemoteCache { get; set; }

    /// <summary>Gets or sets what the build does with the shared cache (<c>AbsRemoteCacheMode</c>).</summary>
    public AbsRemoteCacheMode? RemoteCacheMode { get; set; }

    /// <summary>Gets or sets how code counts in fingerprints (<c>AbsFingerprintCode</c>).</summary>
    public AbsFingerprintCode? FingerprintCode { get; set; }

    /// <summary>Gets or sets how data files count in fingerprints (<c>AbsDataFingerprint</c>).</summary>
    public AbsDataFingerprint? DataFingerprint { get; set; }

    /// <summary>Gets or sets up to which size of a model's files they count by content (<c>AbsDataHashLimit</c>), such as <c>2GB</c>.</summary>
    public string? DataHashLimit { get; set; }

    /// <summary>Gets or sets what becomes of a plan that differs from its snapshot, where they are compared, and whether reports compare them (<c>AbsSnapshotMode</c>).</summary>
    public AbsSnapshotMode? SnapshotMode { get; set; }

    /// <summary>Gets or sets the release that plans may not drift from (<c>AbsBaseline</c>): a commit, or a folder, relative to the project's.</summary>
    public string? Baseline { get; set; }

    /// <summary>Gets or sets how much worse than the release a plan may be (<c>AbsBaselineTolerance</c>), such as <c>metric=1;bops=5%</c>.</summary>
    public string? BaselineTolerance { get; set; }

    /// <summary>Gets or sets what a plan that has drifted further is (<c>AbsBaselineMode</c>).</summary>
    public AbsBaselineMode? BaselineMode { get; set; }

    /// <summary>Gets or sets which reports lie beside a plan (<c>AbsReportMode</c>).</summary>
    public AbsReportMode? ReportMode { get; set; }

    /// <summary>Gets or sets whether ONNX files are measured (<c>AbsTiming</c>).</summary>
    public AbsTiming? Timing { get; set; }

    /// <summary>Gets or sets the file that receives the searches' events (<c>AbsEventsFile</c>); relative to the script's working folder.</summary>
    public FilePath? EventsFile { get; set; }

    /// <summary>Gets or sets the folder that receives the searches' curves for TensorBoard (<c>AbsTensorBoard</c>); relative to the script's working folder.</summary>
    public DirectoryPath? TensorBoard { get; set; }

    /// <summary>Gets or sets whether the title of the terminal's window says how far a search is (<c>AbsTerminalTitle</c>): <c>auto</c> or <c>off</c>.</summary>
    public string? TerminalTitle { get; set; }

    /// <inheritdoc/>
    internal override string Target => "AbsSearch";

    /// <inheritdoc/>
    internal override IEnumerable<(string Name, string? Value)> PackageProperties(ICakeEnvironment environment) =>
    [
        .. base.PackageProperties(environment),
        ("AbsSearchMode", PropertyText.Of(SearchMode)),
        ("AbsDevice", Device),
        ("AbsExecutor", Executor),
        ("AbsExecutorCommand", ExecutorCommand),
        ("AbsExecutorOptions", ExecutorOptions),
        ("AbsExecutorSubmit", ExecutorSubmit),
        ("AbsExecutorStatus", ExecutorStatus),
        ("AbsExecutorCancel", ExecutorCancel),
        ("AbsExecutorOnCancel", ExecutorOnCancel),
        ("AbsExecutorParallel", ExecutorParallel?.ToString(CultureInfo.InvariantCulture)),
        ("AbsStopAfter", StopAfter),
        ("AbsCacheDirectory", CacheDirectory?.MakeAbsolute(environment).FullPath),
        ("AbsCacheSize", CacheSize),
        ("AbsRemoteCache", RemoteCache),
        ("AbsRemoteCacheMode", PropertyText.Of(RemoteCacheMode)),
        ("AbsFingerprintCode", PropertyText.Of(FingerprintCode)),
        ("AbsDataFingerprint", PropertyText.Of(DataFingerprint)),
        ("AbsDataHashLimit", DataHashLimit),
        ("AbsSnapshotMode", PropertyText.Of(SnapshotMode)),
        ("AbsBaseline", Baseline),
        ("AbsBaselineTolerance", BaselineTolerance),
        ("AbsBaselineMode", PropertyText.Of(BaselineMode)),
        ("AbsReportMode", PropertyText.Of(ReportMode)),
        ("AbsTiming", PropertyText.Of(Timing)),
        ("AbsTensorBoard", TensorBoard?.MakeAbsolute(environment).FullPath),
        ("AbsTerminalTitle", TerminalTitle),
        ("AbsEventsFile", EventsFile?.MakeAbsolute(environment).FullPath),
    ];
}
