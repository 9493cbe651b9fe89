using AbsBuildTasks.Jobs;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tests.Workers;

/// <summary>A queue that is three scripts of a line or two; the worker is a script, too.</summary>
public abstract class QueuedWorkerTest : IDisposable
{
    /// <summary>A message of a worker.</summary>
    protected const string Message = "echo '{\"abs\":1,\"kind\":\"message\",\"text\":\"here\"}'";

    /// <summary>The end of a worker that has a plan.</summary>
    protected const string Done = "mkdir -p \"$1/../result\"; echo '{\"abs\":1,\"kind\":\"done\"}'";

    /// <summary>The end of a worker that was stopped.</summary>
    protected const string Stopped = "echo '{\"abs\":1,\"kind\":\"error\",\"code\":\"ABS3003\",\"text\":\"stopped\",\"layer\":null}'";

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);

    private protected QueuedWorkerTest()
    {
        if (!OperatingSystem.IsWindows())
        {
            Queue();
        }
    }

    private protected TemporaryFolder Folder { get; } = new();

    /// <summary>What was told, a line each.</summary>
    private protected List<string> Told { get; } = [];

    /// <summary>What was warned of, code and text.</summary>
    private protected List<string> Warnings { get; } = [];

    private protected CancellationTokenSource Cancellation { get; } = new();

    private protected QueueEngine Engine { get; private set; } = null!;

    /// <summary>Called for each message of the worker.</summary>
    private protected Action<WorkerEvent> OnMessage { get; set; } = _ => { };

    /// <summary>The request that the job gets.</summary>
    private protected string RequestText { get; set; } = "";

    private protected string State => Folder.File("state");

    private protected JobFolder Job => JobFolder.In(State);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc cref="Dispose()" />
    protected virtual void Dispose(bool disposing)
    {
        Cancellation.Dispose();
        Folder.Dispose();
    }

    /// <summary>Makes the queue of three scripts; those that are given, or ones that run the job at once.</summary>
    private protected void Queue(string? submit = null, string? status = null, string? cancel = null)
    {
        var end = $"{Folder.Path}/end";
        Engine = CommandQueue.Engine(
            ("submit", [Folder.WriteProgram("put", submit ?? $"rm -f '{end}'; ( sh \"$1\"; if [ $? = 0 ]; then echo success > '{end}'; else echo failed > '{end}'; fi ) > /dev/null 2>&1 &"), "{script}", "{name}"]),
            ("status", [Folder.WriteProgram("ask", status ?? $"if [ -e '{end}' ]; then cat '{end}'; else echo running; fi"), "{job}"]),
            ("cancel", [Folder.WriteProgram("take", cancel ?? $"kill -TERM $(cat '{Folder.Path}/pid')"), "{job}"]),
            _ => null);
    }

    /// <summary>Runs a job whose worker is a script.</summary>
    private protected WorkerOutcome Run(string worker, bool detaches = false, string needs = "", Action? warned = null, CancellationTokenSource? cancellation = null)
    {
        Directory.CreateDirectory(State);
        var host = Folder.WriteProgram("host", $"echo $$ > '{Folder.Path}/pid'; {worker}");
        var job = new QueuedJob(Engine, "tiny", State);
        var runs = new JobRuns(job.Folder, OnEvent, _ => { });
        var voice = new QueueVoice("tiny", Told.Add, (code, text) =>
        {
            Warnings.Add($"{code}: {text}");
            warned?.Invoke();
        });
        var content = new Dictionary<string, string>
        {
            [job.Folder.Request] = RequestText,
            [job.Folder.Needs] = needs,
            [job.Folder.Script] = JobScript.Write(job.Folder, State, Folder.Path, new Dictionary<string, string>(), host, []),
        };
        var patience = new QueuePatience { Look = Short, FirstPoll = Short, LastPoll = Short, LastLines = Short, End = TimeSpan.FromSeconds(30) };
        return new QueuedWorker(job, runs, voice, patience).Run(content, detaches, (cancellation ?? Cancellation).Token);
    }

    private void OnEvent(WorkerEvent workerEvent)
    {
        Told.Add(((MessageEvent)workerEvent).Text);
        OnMessage(workerEvent);
    }
}
