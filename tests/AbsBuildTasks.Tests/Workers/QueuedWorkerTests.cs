using AbsBuildTasks.Jobs;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tests.Workers;

/// <summary>Jobs that a build submits and follows.</summary>
public sealed class QueuedWorkerTests : QueuedWorkerTest
{
    [UnixFact]
    public void A_job_runs_to_its_end()
    {
        var outcome = Run($"{Message}; {Done}");

        Assert.IsType<DoneEvent>(outcome.Last);
        Assert.False(outcome.IsKilled);
        Assert.Contains(Told, line => line.StartsWith("abs: tiny: job abs-tiny-", StringComparison.Ordinal) && line.EndsWith(" of command searches", StringComparison.Ordinal));
        Assert.Contains("here", Told);
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
        Assert.Contains(Told, line => line.EndsWith("another one goes on with it", StringComparison.Ordinal));
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
        Queue(submit: $"echo $2 >> '{Folder.Path}/names'; exit 1");
        for (var i = 0; i < 3; i++)
        {
            _ = Assert.Throws<AbsException>(() => Run(Done));
        }

        // But a queue may have refused it for its name.
        var names = File.ReadAllLines(Folder.File("names"));
        Assert.Equal(names[0], names[1]);
        Assert.NotEqual(names[1], names[2]);
    }

    [UnixFact]
    public void No_answer_changes_nothing_and_is_told_once()
    {
        Queue(status: "echo no route >&2; exit 1");

        var outcome = Run($"while [ ! -e '{Folder.Path}/told' ]; do sleep 0.05; done; {Done}", warned: () => Folder.Write("told"));

        Assert.IsType<DoneEvent>(outcome.Last);
        Assert.Contains("no route", Warnings[0], StringComparison.Ordinal);
        Assert.StartsWith(AbsCodes.QueueSilent, Warnings[0], StringComparison.Ordinal);
    }

    [UnixFact]
    public void A_cancelled_build_takes_its_job_back()
    {
        OnMessage = _ => Cancellation.Cancel();

        var outcome = Run($"trap 'echo bye > \"{Folder.Path}/bye\"; exit 1' TERM; {Message}; while :; do sleep 0.05; done");

        Assert.Equal(AbsCodes.Cancelled, Assert.IsType<ErrorEvent>(outcome.Last).Code);
        Assert.True(File.Exists(Folder.File("bye")));
        Assert.Null(JobRecord.Read(Job));
        Assert.Empty(Warnings);
    }

    [UnixFact]
    public void Its_files_take_the_place_of_those_that_are_there()
    {
        Directory.CreateDirectory(Job.Result);
        File.WriteAllText(Path.Combine(Job.Result, "tiny.plan.json"), "new");
        Folder.Write("wanted/tiny.plan.json", "old");

        new QueuedJob(Engine, "tiny", State).CopyResult(Folder.File("wanted"));

        Assert.Equal("new", File.ReadAllText(Folder.File("wanted/tiny.plan.json")));
    }

    [UnixFact]
    public void Somebody_may_stop_a_job_that_waits()
    {
        Queue(submit: "exit 0", status: $"mkdir -p '{Job.Folder}'; echo leave > '{Job.Folder}/stop'; if [ -e '{Folder.Path}/taken' ]; then echo failed; else echo waiting; fi", cancel: $"touch '{Folder.Path}/taken'");

        var outcome = Run(Done);

        Assert.Equal(AbsCodes.Stopped, Assert.IsType<ErrorEvent>(outcome.Last).Code);
        Assert.True(File.Exists(Folder.File("taken")));
    }

    [UnixFact]
    public void Two_copies_of_a_job_harm_nothing()
    {
        // A controller that loses sight of a machine starts a second copy; here both run from the beginning.
        Queue(submit: $"( sh \"$1\" ) > /dev/null 2>&1 & ( sh \"$1\"; echo success > '{Folder.Path}/end' ) > /dev/null 2>&1 &");

        var outcome = Run($"{Message}; mkdir \"$1/files\"; mv -T \"$1/files\" \"$1/../result\" 2>/dev/null; echo '{{\"abs\":1,\"kind\":\"done\"}}'");

        Assert.IsType<DoneEvent>(outcome.Last);
    }
}
