using AbsBuildTasks.Jobs;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tests.Workers;

/// <summary>Jobs that an earlier build has left: they are followed, taken, or taken back.</summary>
public sealed class EarlierJobTests : QueuedWorkerTest
{
    [UnixFact]
    public void A_job_that_cannot_be_taken_back_is_followed_by_the_next_build()
    {
        Queue(cancel: "echo not yours >&2; exit 1");
        OnMessage = _ => Cancellation.Cancel();

        _ = Run($"{Message}; while [ ! -e '{Folder.Path}/go' ]; do sleep 0.05; done; {Done}");

        Assert.StartsWith(AbsCodes.JobStillThere, Assert.Single(Warnings), StringComparison.Ordinal);
        FollowedToItsEnd();
    }

    [UnixFact]
    public void A_build_that_detaches_leaves_its_job_to_the_next()
    {
        OnMessage = _ => Cancellation.Cancel();

        var error = Assert.Throws<AbsException>(() => Run($"{Message}; while [ ! -e '{Folder.Path}/go' ]; do sleep 0.05; done; {Done}", detaches: true));

        Assert.Equal(AbsCodes.Detached, error.Code);
        FollowedToItsEnd();
    }

    [UnixFact]
    public void A_job_that_ended_meanwhile_has_said_how()
    {
        OnMessage = _ => Cancellation.Cancel();
        _ = Assert.Throws<AbsException>(() => Run($"{Message}; sleep 0.2; {Done}", detaches: true));
        Assert.True(SpinWait.SpinUntil(() => Directory.Exists(Job.Result), Patience.Long));
        Queue(submit: "exit 1");

        Assert.IsType<DoneEvent>(RunAgain().Last);
    }

    [UnixFact]
    public void A_job_in_another_queue_is_not_followed_and_told()
    {
        Directory.CreateDirectory(Job.Folder);
        new JobRecord("slurm", "", "64", "abs-tiny-1", 1).Write(Job);

        _ = Run(Done);

        Assert.DoesNotContain(Told, line => line.Contains("64", StringComparison.Ordinal));
        Assert.StartsWith("ABS3020: Job 64 of slurm, which an earlier build submitted for 'tiny'", Assert.Single(Warnings), StringComparison.Ordinal);
    }

    [UnixFact]
    public void A_result_without_a_job_is_taken_whatever_else_is_there()
    {
        Directory.CreateDirectory(Job.Result);
        File.WriteAllText(Path.Combine(Job.Folder, "stop"), "leave");
        Queue(submit: "exit 1");

        Assert.IsType<DoneEvent>(Run(Done).Last);

        Cancellation.Cancel();
        Assert.IsType<DoneEvent>(Run(Done).Last);
    }

    [UnixFact]
    public void A_job_that_was_stopped_while_no_build_looked_is_begun_again()
    {
        OnMessage = _ => Cancellation.Cancel();
        _ = Assert.Throws<AbsException>(() => Run($"{Message}; sleep 0.2; {Stopped.Replace("ABS3003", AbsCodes.Stopped, StringComparison.Ordinal)}; touch '{Folder.Path}/stopped'; exit 1", detaches: true));
        Assert.True(SpinWait.SpinUntil(() => File.Exists(Folder.File("end")), Patience.Long));
        Told.Clear();

        Assert.IsType<DoneEvent>(RunAgain().Last);

        Assert.Contains(Told, line => line.EndsWith(" searches", StringComparison.Ordinal));
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
        RequestText = Request(kept);
        OnMessage = _ => Cancellation.Cancel();
        _ = Assert.Throws<AbsException>(() => Run($"trap 'echo bye > \"{Folder.Path}/bye\"; exit 1' TERM; {Message}; while [ ! -e '{Folder.Path}/go' ]; do sleep 0.05; done; {Done}", detaches: true));
        Told.Clear();
        if (!isTakenBack)
        {
            Folder.Write("go");
        }

        RequestText = Request(asked);
        Assert.IsType<DoneEvent>(RunAgain().Last);

        Assert.Equal(isTakenBack, File.Exists(Folder.File("bye")));
        Assert.Equal(isTakenBack, Told.Exists(line => line.EndsWith(" searches", StringComparison.Ordinal)));
        Assert.Empty(Warnings);
    }

    [UnixFact]
    public void Nor_is_its_result_taken()
    {
        RequestText = Request("");
        Assert.IsType<DoneEvent>(Run(Done).Last);
        Told.Clear();

        RequestText = Request(SearchStage.Training.Title);
        Assert.IsType<DoneEvent>(RunAgain().Last);

        Assert.Contains(Told, line => line.EndsWith(" searches", StringComparison.Ordinal));
        Assert.Empty(Warnings);
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
        Told.Clear();
        Folder.Write("go");
        Assert.IsType<DoneEvent>(RunAgain().Last);
        Assert.DoesNotContain(Told, line => line.EndsWith(" searches", StringComparison.Ordinal));
    }

    private WorkerOutcome RunAgain()
    {
        OnMessage = _ => { };
        return Run(Done, cancellation: new());
    }
}
