using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tests;

/// <summary>Workers that are scripts: they do what no worker should.</summary>
public sealed class WorkerProcessTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private readonly TemporaryFolder _folder = new();
    private readonly List<WorkerEvent> _events = [];
    private readonly List<string> _texts = [];
    private int _silences;

    public void Dispose() => _folder.Dispose();

    [UnixFact]
    public void A_worker_that_reports_nothing_is_told_of_once_and_waited_for()
    {
        var outcome = Run("sleep 0.5; echo '{\"abs\":1,\"kind\":\"done\"}'", TimeSpan.FromMilliseconds(50));

        Assert.IsType<DoneEvent>(outcome.Last);
        Assert.Equal(1, _silences);
    }

    [UnixFact]
    public void A_worker_that_has_reported_may_take_its_time()
    {
        // Reports, and ends no sooner than the silence would have been told of.
        var outcome = Run("echo '{\"abs\":1,\"kind\":\"message\",\"text\":\"here\"}'; sleep 3", TimeSpan.FromSeconds(2));

        Assert.Equal(0, outcome.ExitCode);
        Assert.Single(_events);
        Assert.Equal(0, _silences);
    }

    [UnixFact]
    public void Endless_lines_and_floods_stay_small()
    {
        var outcome = Run("head -c 50000000 /dev/zero; echo; echo next; seq 1 200000 >&2; exit 3", Long);

        Assert.Equal((3, null), (outcome.ExitCode, outcome.Last));
        Assert.Equal(["199996", "199997", "199998", "199999", "200000"], outcome.Tail);
        Assert.All(_texts, text => Assert.True(text.Length <= OutputLines.MaxLength + 3));
        Assert.Contains("next", _texts);
    }

    [UnixFact]
    public void Last_words_are_one_short_line_each_that_can_be_printed()
    {
        var outcome = Run("printf '\\033[31mred\\0\\n' >&2; head -c 10000 /dev/zero | tr '\\0' x >&2", Long);

        Assert.Equal(@"\u001B[31mred\u0000", outcome.Tail[0]);
        Assert.InRange(outcome.Tail[1].Length, 8, 300);
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
        var outcome = Run("exec sleep 600", Long, cancellation.Token);

        Assert.Equal(137, outcome.ExitCode);
    }

    private string Script => Path.Combine(_folder.Path, "worker");

    private WorkerOutcome Run(string script, TimeSpan silence, CancellationToken cancellation = default)
    {
        _folder.Write("worker", "#!/bin/sh\n" + script + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var command = new WorkerCommand { Host = Script, Assembly = "worker.dll", DepsFile = "deps.json", ProbingPaths = [], RequestFile = "request.json" };
        return new WorkerProcess(_events.Add, _texts.Add, () => _silences++, silence).Run(command, cancellation);
    }
}
