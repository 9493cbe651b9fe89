using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tests;

/// <summary>Workers that are scripts: they do what no worker should.</summary>
public sealed class WorkerProcessTests : IDisposable
{
    private const string Message = "echo '{\"abs\":1,\"kind\":\"message\",\"text\":\"here\"}'";
    private const string Done = "echo '{\"abs\":1,\"kind\":\"done\"}'";
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private readonly TemporaryFolder _folder = new();
    private readonly List<WorkerEvent> _events = [];
    private readonly List<string> _texts = [];
    private int _silences;

    public void Dispose() => _folder.Dispose();

    [UnixFact]
    public void A_worker_that_reports_nothing_is_told_of_once_and_waited_for()
    {
        var outcome = Run($"sleep 0.5; {Done}", TimeSpan.FromMilliseconds(50));

        Assert.IsType<DoneEvent>(outcome.Last);
        Assert.Equal(1, _silences);
    }

    [UnixFact]
    public void A_worker_that_has_reported_may_take_its_time()
    {
        // Reports, and ends no sooner than the silence would have been told of.
        var outcome = Run($"{Message}; sleep 3", TimeSpan.FromSeconds(2));

        Assert.Equal(0, outcome.ExitCode);
        Assert.Single(_events);
        Assert.Equal(0, _silences);
    }

    [UnixFact]
    public void Each_silence_between_reports_is_told_of_once_and_later_ones_may_be_longer()
    {
        // Silences of 1.5, 1.5 and 8 seconds: the second is shorter than three times the first.
        var outcome = Run($"{Message}; sleep 1.5; {Message}; sleep 1.5; {Message}; sleep 8; {Done}", Long, TimeSpan.FromSeconds(1));

        Assert.IsType<DoneEvent>(outcome.Last);
        Assert.Equal(3, _events.Count);
        Assert.Equal(2, _silences);
    }

    [UnixFact]
    public void A_worker_that_hangs_after_its_last_word_is_killed_and_its_word_counts()
    {
        var outcome = Run($"{Done}; exec sleep 600", Long);

        Assert.True(outcome.IsKilled);
        Assert.IsType<DoneEvent>(outcome.Last);
    }

    [UnixFact]
    public void A_worker_that_takes_a_moment_after_its_last_word_is_not_killed()
    {
        var outcome = Run($"{Done}; sleep 0.3; exit 7", Long);

        Assert.Equal((7, false), (outcome.ExitCode, outcome.IsKilled));
    }

    [UnixFact]
    public void Endless_lines_and_floods_stay_small()
    {
        var outcome = Run("head -c 50000000 /dev/zero; echo; echo next; seq 1 200000 >&2; exit 3", Long);

        Assert.Equal((3, null), (outcome.ExitCode, outcome.Last));
        Assert.Equal(["199996", "199997", "199998", "199999", "200000"], outcome.Words);
        Assert.All(_texts, text => Assert.True(text.Length <= OutputLines.MaxLength + 3));
        Assert.Contains("next", _texts);
    }

    [UnixFact]
    public void Last_words_are_one_short_line_each_that_can_be_printed()
    {
        var outcome = Run("printf '\\033[31mred\\0\\n' >&2; head -c 10000 /dev/zero | tr '\\0' x >&2", Long);

        Assert.Equal(@"\u001B[31mred\u0000", outcome.Words[0]);
        Assert.InRange(outcome.Words[1].Length, 8, 300);
    }

    [UnixFact]
    public void A_signal_is_an_exit_code()
    {
        var outcome = Run("kill -SEGV $$", Long);

        Assert.Equal((139, null), (outcome.ExitCode, outcome.Last));
    }

    [UnixFact]
    public void What_the_worker_leaves_running_is_not_waited_for()
    {
        var outcome = Run("sleep 600 & echo $! > \"$0.child\"; exit 5", Long);

        Assert.Equal(5, outcome.ExitCode);
        using var child = System.Diagnostics.Process.GetProcessById(int.Parse(File.ReadAllText(Script + ".child"), System.Globalization.CultureInfo.InvariantCulture));
        child.Kill();
    }

    [UnixFact]
    public void A_worker_that_hangs_ends_with_a_cancelled_build()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        // Its input ends, and it takes no notice.
        var outcome = Run("exec sleep 600", Long, cancellation: cancellation.Token);

        Assert.Equal(137, outcome.ExitCode);
    }

    private string Script => Path.Combine(_folder.Path, "worker");

    private WorkerOutcome Run(string script, TimeSpan silence, TimeSpan? laterSilence = null, CancellationToken cancellation = default)
    {
        _ = _folder.WriteProgram("worker", script);
        var command = new WorkerCommand { Host = Script, Assembly = "worker.dll", DepsFile = "deps.json", ProbingPaths = [], RequestFile = "request.json" };
        return new WorkerProcess(_events.Add, _texts.Add, _ => _silences++, silence, laterSilence ?? Long) { Patience = TimeSpan.FromSeconds(5) }.Run(command, cancellation);
    }
}
