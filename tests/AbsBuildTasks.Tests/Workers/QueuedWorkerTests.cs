using AbsBuildTasks.Jobs;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tests.Workers;

/// <summary>Jobs of a queue that is three scripts of a line or two; the worker is a script, too.</summary>
public sealed class QueuedWorkerTests : IDisposable
{
    private const string Message = "echo '{\"abs\":1,\"kind\":\"message\",\"text\":\"here\"}'";
    private const string Done = "mkdir -p \"$1/../result\"; echo '{\"abs\":1,\"kind\":\"done\"}'";
    private const string Stopped = "echo '{\"abs\":1,\"kind\":\"error\",\"code\":\"ABS3003\",\"text\":\"stopped\",\"layer\":null}'";

    // Met by what hangs alone, however busy the machine is.
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _told = [];
    private readonly List<string> _warnings = [];
    private readonly CancellationTokenSource _cancellation = new();
    private QueueEngine _engine = null!;
    private Action<WorkerEvent> _onEvent = _ => { };
    private string _request = "";

    public QueuedWorkerTests()
    {
        if (!OperatingSystem.IsWindows())
        {
            Queue();
        }
    }

    public void Dispose()
    {
        _cancellation.Dispose();
        _folder.Dispose();
    }

    private string State => _folder.File("state");

    private JobFolder Job => JobFolder.In(State);

    [UnixFact]
    public void A_job_runs_to_its_end()
    {
        var outcome = Run($"{Message}; {Done}");

        Assert.IsType<DoneEvent>(outcome.Last);
        Assert.False(outcome.IsKilled);
        Assert.Contains(_told, line => line.StartsWith("abs: tiny: job abs-tiny-", StringComparison.Ordinal) && line.EndsWith(" of command searches", StringComparison.Ordinal));
        Assert.Contains("here", _told);
    }

    [UnixFact]
    public void A_failure_is_the_workers_own_word()
    {
        var outcome = Run(Stopped.Replace("ABS3003", "ABS3001", StringComparison.Ordinal));

        Assert.Equal(AbsCodes.ImpossibleBudget, Assert.IsType<ErrorEvent>(outcome.Last).Code);
        Assert.Null(JobRecord.Read(Job));
    }

    [UnixFact]
    public void A_job_that_is_stopped_is_followed_by_another()
    {
        // The first keeps its state.
        var outcome = Run($"if [ -e '{State}/a.checkpoint' ]; then {Message}; {Done}; else touch '{State}/a.checkpoint'; {Stopped}; exit 1; fi");

        Assert.IsType<DoneEvent>(outcome.Last);
        Assert.Contains(_told, line => line.EndsWith("another one goes on with it", StringComparison.Ordinal));
    }

    [UnixFact]
    public void Jobs_that_are_stopped_before_they_come_anywhere_are_no_longer_submitted()
    {
        var error = Assert.Throws<AbsException>(() => Run($"echo too late >&2; {Stopped}; exit 1"));

        Assert.Equal(AbsCodes.StoppedInVain, error.Code);
        Assert.Contains("stopped 3 times in a row", error.Message, StringComparison.Ordinal);
        Assert.Contains("too late", error.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public void A_job_that_ends_without_a_word_is_told_with_its_last_output()
    {
        var error = Assert.Throws<AbsException>(() => Run("echo 'Unhandled exception. FileNotFoundException: TorchSharp' >&2; exit 134"));

        Assert.Equal(AbsCodes.JobWithoutWord, error.Code);
        Assert.Contains("(failed) without a word", error.Message, StringComparison.Ordinal);
        Assert.Contains("FileNotFoundException: TorchSharp", error.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public void What_is_missing_where_it_runs_is_told()
    {
        var error = Assert.Throws<AbsException>(() => Run(Done, needs: "/nowhere/data.csv\n"));

        Assert.Equal(AbsCodes.MissingOnNode, error.Code);
        Assert.Contains("does not have '/nowhere/data.csv'. The .NET SDK", error.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public void A_refusal_is_told_in_the_queues_words()
    {
        Queue(submit: "echo no such partition >&2; exit 1");

        var error = Assert.Throws<AbsException>(() => Run(Done));

        Assert.Equal(AbsCodes.JobRefused, error.Code);
        Assert.Contains("no such partition", error.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public void A_job_whose_answer_was_lost_keeps_its_name()
    {
        Queue(submit: $"echo $2 >> '{_folder.Path}/names'; exit 1");
        for (var i = 0; i < 3; i++)
        {
            _ = Assert.Throws<AbsException>(() => Run(Done));
        }

        // But a queue may have refused it for its name.
        var names = File.ReadAllLines(_folder.File("names"));
        Assert.Equal(names[0], names[1]);
        Assert.NotEqual(names[1], names[2]);
    }

    [UnixFact]
    public void No_answer_changes_nothing_and_is_told_once()
    {
        Queue(status: "echo no route >&2; exit 1");

        var outcome = Run($"while [ ! -e '{_folder.Path}/told' ]; do sleep 0.05; done; {Done}", warned: () => _folder.Write("told"));

        Assert.IsType<DoneEvent>(outcome.Last);
        Assert.Contains("no route", _warnings[0], StringComparison.Ordinal);
        Assert.StartsWith(AbsCodes.QueueSilent, _warnings[0], StringComparison.Ordinal);
    }

    [UnixFact]
    public void A_cancelled_build_takes_its_job_back()
    {
        _onEvent = _ => _cancellation.Cancel();

        var outcome = Run($"trap 'echo bye > \"{_folder.Path}/bye\"; exit 1' TERM; {Message}; while :; do sleep 0.05; done");

        Assert.Equal(AbsCodes.Cancelled, Assert.IsType<ErrorEvent>(outcome.Last).Code);
        Assert.True(File.Exists(_folder.File("bye")));
        Assert.Null(JobRecord.Read(Job));
        Assert.Empty(_warnings);
    }

    [UnixFact]
    public void A_job_that_cannot_be_taken_back_is_followed_by_the_next_build()
    {
        Queue(cancel: "echo not yours >&2; exit 1");
        _onEvent = _ => _cancellation.Cancel();

        _ = Run($"{Message}; while [ ! -e '{_folder.Path}/go' ]; do sleep 0.05; done; {Done}");

        Assert.StartsWith(AbsCodes.JobStillThere, Assert.Single(_warnings), StringComparison.Ordinal);
        FollowedToItsEnd();
    }

    [UnixFact]
    public void A_build_that_detaches_leaves_its_job_to_the_next()
    {
        _onEvent = _ => _cancellation.Cancel();

        var error = Assert.Throws<AbsException>(() => Run($"{Message}; while [ ! -e '{_folder.Path}/go' ]; do sleep 0.05; done; {Done}", detaches: true));

        Assert.Equal(AbsCodes.Detached, error.Code);
        FollowedToItsEnd();
    }

    [UnixFact]
    public void A_job_that_ended_meanwhile_has_said_how()
    {
        _onEvent = _ => _cancellation.Cancel();
        _ = Assert.Throws<AbsException>(() => Run($"{Message}; sleep 0.2; {Done}", detaches: true));
        Assert.True(SpinWait.SpinUntil(() => Directory.Exists(Job.Result), Long));
        Queue(submit: "exit 1");

        Assert.IsType<DoneEvent>(RunAgain().Last);
    }

    [UnixFact]
    public void Its_files_take_the_place_of_those_that_are_there()
    {
        Directory.CreateDirectory(Job.Result);
        File.WriteAllText(Path.Combine(Job.Result, "tiny.plan.json"), "new");
        _folder.Write("wanted/tiny.plan.json", "old");

        new QueuedJob(_engine, "tiny", State).CopyResult(_folder.File("wanted"));

        Assert.Equal("new", File.ReadAllText(_folder.File("wanted/tiny.plan.json")));
    }

    [UnixFact]
    public void A_job_in_another_queue_is_not_followed_and_told()
    {
        Directory.CreateDirectory(Job.Folder);
        new JobRecord("slurm", "", "64", "abs-tiny-1", 1).Write(Job);

        _ = Run(Done);

        Assert.DoesNotContain(_told, line => line.Contains("64", StringComparison.Ordinal));
        Assert.StartsWith("ABS3020: Job 64 of slurm, which an earlier build submitted for 'tiny'", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [UnixFact]
    public void A_result_without_a_job_is_taken_whatever_else_is_there()
    {
        Directory.CreateDirectory(Job.Result);
        File.WriteAllText(Path.Combine(Job.Folder, "stop"), "leave");
        Queue(submit: "exit 1");

        Assert.IsType<DoneEvent>(Run(Done).Last);

        _cancellation.Cancel();
        Assert.IsType<DoneEvent>(Run(Done).Last);
    }

    [UnixFact]
    public void A_job_that_was_stopped_while_no_build_looked_is_begun_again()
    {
        _onEvent = _ => _cancellation.Cancel();
        _ = Assert.Throws<AbsException>(() => Run($"{Message}; sleep 0.2; {Stopped.Replace("ABS3003", AbsCodes.Stopped, StringComparison.Ordinal)}; touch '{_folder.Path}/stopped'; exit 1", detaches: true));
        Assert.True(SpinWait.SpinUntil(() => File.Exists(_folder.File("end")), Long));
        _told.Clear();

        Assert.IsType<DoneEvent>(RunAgain().Last);

        Assert.Contains(_told, line => line.EndsWith(" searches", StringComparison.Ordinal));
    }

    [UnixTheory]
    [InlineData("", "", false)]
    [InlineData("", "full-precision training", true)]
    [InlineData("", "searched network", true)]
    [InlineData("searched network", "full-precision training", true)]
    [InlineData("searched network", "searched network", false)]
    [InlineData("full-precision training", "searched network", false)]
    [InlineData("full-precision training", "", false)]
    public void A_job_whose_stages_may_be_an_earlier_ones_is_taken_back_where_they_must_not_be(string kept, string asked, bool isTakenBack)
    {
        _request = Request(kept);
        _onEvent = _ => _cancellation.Cancel();
        _ = Assert.Throws<AbsException>(() => Run($"trap 'echo bye > \"{_folder.Path}/bye\"; exit 1' TERM; {Message}; while [ ! -e '{_folder.Path}/go' ]; do sleep 0.05; done; {Done}", detaches: true));
        _told.Clear();
        if (!isTakenBack)
        {
            _folder.Write("go");
        }

        _request = Request(asked);
        Assert.IsType<DoneEvent>(RunAgain().Last);

        Assert.Equal(isTakenBack, File.Exists(_folder.File("bye")));
        Assert.Equal(isTakenBack, _told.Exists(line => line.EndsWith(" searches", StringComparison.Ordinal)));
        Assert.Empty(_warnings);
    }

    [UnixFact]
    public void Nor_is_its_result_taken()
    {
        _request = Request("");
        Assert.IsType<DoneEvent>(Run(Done).Last);
        _told.Clear();

        _request = Request(SearchStage.Training.Title);
        Assert.IsType<DoneEvent>(RunAgain().Last);

        Assert.Contains(_told, line => line.EndsWith(" searches", StringComparison.Ordinal));
        Assert.Empty(_warnings);
    }

    [UnixFact]
    public void Somebody_may_stop_a_job_that_waits()
    {
        Queue(submit: "exit 0", status: $"mkdir -p '{Job.Folder}'; echo leave > '{Job.Folder}/stop'; if [ -e '{_folder.Path}/taken' ]; then echo failed; else echo waiting; fi", cancel: $"touch '{_folder.Path}/taken'");

        var outcome = Run(Done);

        Assert.Equal(AbsCodes.Stopped, Assert.IsType<ErrorEvent>(outcome.Last).Code);
        Assert.True(File.Exists(_folder.File("taken")));
    }

    [UnixFact]
    public void Two_copies_of_a_job_harm_nothing()
    {
        // A controller that loses sight of a machine starts a second copy; here both run from the beginning.
        Queue(submit: $"( sh \"$1\" ) > /dev/null 2>&1 & ( sh \"$1\"; echo success > '{_folder.Path}/end' ) > /dev/null 2>&1 &");

        var outcome = Run($"{Message}; mkdir \"$1/files\"; mv -T \"$1/files\" \"$1/../result\" 2>/dev/null; echo '{{\"abs\":1,\"kind\":\"done\"}}'");

        Assert.IsType<DoneEvent>(outcome.Last);
    }

    private static string Request(string afresh) => SearchRequestJson.Write(new()
    {
        Version = SearchRequest.CurrentVersion,
        Model = "tiny",
        AssemblyFile = "/tiny.dll",
        ProjectDirectory = "/",
        DataFiles = [],
        Fingerprint = new('0', 64),
        Settings = new() { Budget = new(0.05) },
        Device = "auto",
        OutputDirectory = $"/out/{Guid.NewGuid()}",
        NativeDirectory = "/native",
        Afresh = afresh.Length == 0 ? null : afresh,
    });

    private void FollowedToItsEnd()
    {
        _told.Clear();
        _folder.Write("go");
        Assert.IsType<DoneEvent>(RunAgain().Last);
        Assert.DoesNotContain(_told, line => line.EndsWith(" searches", StringComparison.Ordinal));
    }

    private WorkerOutcome RunAgain()
    {
        _onEvent = _ => { };
        return Run(Done, cancellation: new());
    }

    private void Queue(string? submit = null, string? status = null, string? cancel = null)
    {
        var end = $"{_folder.Path}/end";
        _engine = CommandQueue.Engine(
            ("submit", [_folder.WriteProgram("put", submit ?? $"rm -f '{end}'; ( sh \"$1\"; if [ $? = 0 ]; then echo success > '{end}'; else echo failed > '{end}'; fi ) > /dev/null 2>&1 &"), "{script}", "{name}"]),
            ("status", [_folder.WriteProgram("ask", status ?? $"if [ -e '{end}' ]; then cat '{end}'; else echo running; fi"), "{job}"]),
            ("cancel", [_folder.WriteProgram("take", cancel ?? $"kill -TERM $(cat '{_folder.Path}/pid')"), "{job}"]),
            _ => null);
    }

    private WorkerOutcome Run(string worker, bool detaches = false, string needs = "", Action? warned = null, CancellationTokenSource? cancellation = null)
    {
        Directory.CreateDirectory(State);
        var host = _folder.WriteProgram("host", $"echo $$ > '{_folder.Path}/pid'; {worker}");
        var job = new QueuedJob(_engine, "tiny", State);
        var runs = new JobRuns(job.Folder, OnEvent, _ => { });
        var voice = new QueueVoice("tiny", _told.Add, (code, text) =>
        {
            _warnings.Add($"{code}: {text}");
            warned?.Invoke();
        });
        var content = new Dictionary<string, string>
        {
            [job.Folder.Request] = _request,
            [job.Folder.Needs] = needs,
            [job.Folder.Script] = JobScript.Write(job.Folder, State, _folder.Path, new Dictionary<string, string>(), host, []),
        };
        var patience = new QueuePatience { Look = Short, FirstPoll = Short, LastPoll = Short, LastLines = Short, End = TimeSpan.FromSeconds(30) };
        return new QueuedWorker(job, runs, voice, patience).Run(content, detaches, (cancellation ?? _cancellation).Token);
    }

    private void OnEvent(WorkerEvent workerEvent)
    {
        _told.Add(((MessageEvent)workerEvent).Text);
        _onEvent(workerEvent);
    }
}
