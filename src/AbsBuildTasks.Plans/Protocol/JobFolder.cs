using System.Globalization;

namespace AbsBuildTasks.Plans.Protocol;

/// <summary>
/// What a build and a job in a cluster's queue share: the folder <c>job</c> in that of the search's state. The job may outlive the
/// build, may be begun again elsewhere, and two copies of it may run at once; so each has a run's folder of its own, and the first
/// whose files are whole makes the result.
/// </summary>
/// <param name="Folder">Full path of the folder.</param>
internal sealed record JobFolder(string Folder)
{
    /// <summary>The worker's first argument; the paths of the request and of the run's folder follow.</summary>
    public const string Verb = "job";

    private const string ResultName = "result";

    /// <summary>The job of the search that keeps its state in a folder, whether there is one or not.</summary>
    public static JobFolder In(string state) => new(Path.Combine(state, "job"));

    /// <summary>What the job is asked to do.</summary>
    public string Request => At("request.json");

    /// <summary>What the queue runs.</summary>
    public string Script => At("job.sh");

    /// <summary>Paths that must be there where the job runs, a line each.</summary>
    public string Needs => At("needs");

    /// <summary>The job's place in the queue.</summary>
    public string Record => At("job.json");

    /// <summary>The plan's files; the folder appears by one rename, when they are whole.</summary>
    public string Result => At(ResultName);

    /// <summary>The folder of a run of the job; the first is number 1.</summary>
    public string Run(int number) => At("run-" + number.ToString(CultureInfo.InvariantCulture));

    /// <summary>What a run's worker reports: its standard output.</summary>
    public static string EventsOf(string run) => Path.Combine(run, "events");

    /// <summary>What else it prints: its standard error.</summary>
    public static string OutputOf(string run) => Path.Combine(run, "output");

    /// <summary>Which paths of <see cref="Needs"/> were not there, a line each; no file where all were.</summary>
    public static string MissingOf(string run) => Path.Combine(run, "missing");

    /// <summary>The name of the machine.</summary>
    public static string NodeOf(string run) => Path.Combine(run, "node");

    /// <summary>Where a run gathers the plan's files.</summary>
    public static string FilesOf(string run) => Path.Combine(run, "files");

    /// <summary>The result of the job that a run belongs to.</summary>
    public static string ResultOf(string run) => Path.Combine(Path.GetDirectoryName(run)!, ResultName);

    private string At(string name) => Path.Combine(Folder, name);
}
