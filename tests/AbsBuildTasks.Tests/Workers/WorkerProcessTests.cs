using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tests.Workers;

/// <summary>Workers that are scripts: they do what no worker should.</summary>
public sealed class WorkerProcessTests : IDisposable
{
    private const string Message = "echo '{\"abs\":1,\"kind\":\"message\",\"text\":\"here\"}'";
    private const string Done = "echo '{\"abs\":1,\"kind\":\"done\"}'";

    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    private readonly TemporaryFolder _folder = new();
    private readonly List<WorkerEvent> _events = [];
    private readonly List<string> _texts = [];
    private int _silences;
    private Action _onEvent = () => { };

    public void Dispose() => _folder.Dispose();

    [UnixFact]
    public void A_worker_that_reports_nothing_is_told_of_once_and_waited_for()
    {
        // Goes on once it has been told of.
        var outcome = Run($"while [ ! -e \"$0.told\" ]; do sleep 0.05; done; {Message}; {Done}", Short);

        Assert.IsType<DoneEvent>(outcome.Last);
        Assert.Single(_events);
        Assert.Equal(1, _silences);
    }

    [UnixFact]
    public void A_worker_that_hangs_after_its_last_word_is_killed_and_its_word_counts()
    {
        var outcome = Run($"{Done}; exec sleep 600", patience: Short);

        Assert.True(outcome.IsKilled);
        Assert.IsType<DoneEvent>(outcome.Last);
    }

    [UnixFact]
    public void A_worker_that_takes_a_moment_after_its_last_word_is_not_killed()
    {
        var outcome = Run($"{Done}; sleep 0.3; exit 7");

        Assert.Equal((7, false), (outcome.ExitCode, outcome.IsKilled));
    }

    [UnixFact]
    public void Endless_lines_and_floods_stay_small()
    {
        var outcome = Run("head -c 50000000 /dev/zero; echo; echo next; seq 1 200000 >&2; exit 3");

        Assert.Equal((3, null), (outcome.ExitCode, outcome.Last));
        Assert.Equal(["199996", "199997", "199998", "199999", "200000"], outcome.Words);
        Assert.All(_texts, text => Assert.True(text.Length <= OutputLines.MaxLength + 3));
        Assert.Contains("next", _texts);
    }

    [UnixFact]
    public void Last_words_are_one_short_line_each_that_can_be_printed()
    {
        var outcome = Run("printf '\\033[31mred\\0\\n' >&2; head -c 10000 /dev/zero | tr '\\0' x >&2");

        Assert.Equal(@"\u001B[31mred\u0000", outcome.Words[0]);
        Assert.InRange(outcome.Words[1].Length, 8, 300);
    }

    [UnixFact]
    public void A_signal_is_an_exit_code()
    {
        var outcome = Run("kill -SEGV $$");

        Assert.Equal((139, null), (outcome.ExitCode, outcome.Last));
    }

    [UnixFact]
    public void What_the_worker_leaves_running_is_not_waited_for()
    {
        var outcome = Run("sleep 600 & echo $! > \"$0.child\"; exit 5", pipePatience: Short);

        Assert.Equal(5, outcome.ExitCode);
        using var child = System.Diagnostics.Process.GetProcessById(int.Parse(File.ReadAllText(Script + ".child"), System.Globalization.CultureInfo.InvariantCulture));
        child.Kill();
    }

    [UnixFact]
    public void A_worker_that_hangs_ends_with_a_cancelled_build()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        // Its input ends, and it takes no notice.
        var outcome = Run("exec sleep 600", patience: Short, cancellation: cancellation.Token);

        Assert.Equal(137, outcome.ExitCode);
    }

    [UnixFact]
    public void A_launcher_gets_the_workers_whole_command()
    {
        var outcome = Launch($"echo \"$@\" > \"$0.told\"; {Done}", ["--gres=gpu:1", "a b"]);

        Assert.IsType<DoneEvent>(outcome.Last);
        Assert.Equal("--gres=gpu:1 a b /dotnet exec --depsfile deps.json worker.dll request.json\n", File.ReadAllText(Script + ".told"));
    }

    [UnixFact]
    public void A_launcher_that_lets_the_worker_wait_is_asked_to_end_with_a_cancelled_build()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        // Neither does it look at its input, nor is it waited for.
        var outcome = Launch("exec sleep 600", [], cancellation: cancellation.Token);

        Assert.Equal((143, false), (outcome.ExitCode, outcome.IsKilled));
    }

    [UnixFact]
    public void A_launcher_that_does_not_end_with_its_worker_is_asked_to_before_it_is_killed()
    {
        // As long as a busy machine may take to end a shell; all of it passes before the shell is asked to.
        var outcome = Launch($"trap 'exit 9' TERM; {Done}; while :; do sleep 0.05; done", [], patience: TimeSpan.FromSeconds(15));

        Assert.Equal((9, false), (outcome.ExitCode, outcome.IsKilled));
        Assert.True(Launch($"trap '' TERM; {Done}; while :; do sleep 0.05; done", [], patience: Short).IsKilled);
    }

    [UnixFact]
    public void A_launched_worker_that_has_reported_ends_by_itself_with_a_cancelled_build()
    {
        using var cancellation = new CancellationTokenSource();
        _onEvent = cancellation.Cancel;

        var outcome = Launch($"trap 'exit 9' TERM; {Message}; read line; {Message}; exit 3", [], cancellation: cancellation.Token);

        Assert.Equal((3, false), (outcome.ExitCode, outcome.IsKilled));
    }

    private string Script => Path.Combine(_folder.Path, "worker");

    private WorkerOutcome Run(string script, TimeSpan? silence = null, TimeSpan? patience = null, TimeSpan? pipePatience = null, CancellationToken cancellation = default) =>
        Run(script, command => command with { Host = Script }, silence, patience, pipePatience, cancellation);

    private WorkerOutcome Launch(string script, string[] arguments, TimeSpan? patience = null, CancellationToken cancellation = default) =>
        Run(script, command => command with { Launcher = new(Script, arguments) }, Patience.Long, patience, Patience.Long, cancellation);

    private WorkerOutcome Run(string script, Func<WorkerCommand, WorkerCommand> change, TimeSpan? silence, TimeSpan? patience, TimeSpan? pipePatience, CancellationToken cancellation)
    {
        _ = _folder.WriteProgram("worker", script);
        var command = change(new WorkerCommand { Host = "/dotnet", Assembly = "worker.dll", DepsFile = "deps.json", ProbingPaths = [], Request = ["request.json"] });
        return new WorkerProcess(OnEvent, _texts.Add, OnSilence, silence ?? Patience.Long, Patience.Long) { Patience = patience ?? Patience.Long, PipePatience = pipePatience ?? Patience.Long }.Run(command, cancellation);
    }

    private void OnEvent(WorkerEvent workerEvent)
    {
        _events.Add(workerEvent);
        _onEvent();
    }

    private void OnSilence(TimeSpan silence)
    {
        _silences++;
        File.WriteAllText(Script + ".told", "");
    }
}
