using AbsBuildTasks.Jobs;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Tests.Jobs;

public sealed class SlurmQueueTests
{
    // Printed by Slurm 22.05, some fields left out.
    private const string Running = "JobId=64 JobName=abs-tiny-1f UserId=root(0) Priority=1 JobState=RUNNING Reason=None Dependency=(null) Requeue=1 Restarts=0 BatchFlag=1 Reboot=0 ExitCode=0:0 NodeList=n1 BatchHost=n1 Comment=JobState=FAILED\n";

    [Theory]
    [InlineData("PENDING", JobPhase.Waiting)]
    [InlineData("CONFIGURING", JobPhase.Waiting)]
    [InlineData("RUNNING", JobPhase.Running)]
    [InlineData("COMPLETING", JobPhase.Running)]
    [InlineData("SUSPENDED", JobPhase.Running)]
    [InlineData("A_NEW_ONE", JobPhase.Running)]
    [InlineData("TIMEOUT", JobPhase.Interrupted)]
    [InlineData("NODE_FAIL", JobPhase.Interrupted)]
    [InlineData("PREEMPTED", JobPhase.Interrupted)]
    [InlineData("CANCELLED", JobPhase.Cancelled)]
    [InlineData("COMPLETED", JobPhase.Ended)]
    [InlineData("FAILED", JobPhase.Ended)]
    [InlineData("OUT_OF_MEMORY", JobPhase.Ended)]
    internal void States_say_what_becomes_of_a_job(string state, JobPhase phase) =>
        Assert.Equal(new(phase, state + " on n1", 0), Read(Running.Replace("JobState=RUNNING", "JobState=" + state, StringComparison.Ordinal)));

    [Fact]
    public void What_a_job_waits_for_is_told() =>
        Assert.Equal(new(JobPhase.Waiting, "PENDING, Resources", 0), Read("JobId=64 JobName=abs-tiny-1f JobState=PENDING Reason=Resources ExitCode=0:0"));

    [Fact]
    public void The_exit_code_is_that_of_the_script() =>
        Assert.Equal(96, Read("JobId=64 JobName=abs-tiny-1f JobState=FAILED Reason=NonZeroExitCode ExitCode=96:0 BatchHost=n1").ExitCode);

    [Fact]
    public void A_number_that_has_come_to_another_job_is_gone() =>
        Assert.Equal(JobPhase.Interrupted, Read(Running.Replace("abs-tiny-1f", "abs-tiny-2e", StringComparison.Ordinal)).Phase);

    [Theory]
    [InlineData("slurm_load_jobs error: Invalid job id specified", JobPhase.Interrupted)]
    [InlineData("slurm_load_jobs error: Unable to contact slurm controller (connect failure)", JobPhase.Unknown)]
    internal void No_answer_is_not_the_end_of_a_job(string error, JobPhase phase) => Assert.Equal(phase, SlurmQueue.ReadStatus(new(1, "", error), "64", "abs-tiny-1f").Phase);

    [Fact]
    public void An_answer_that_is_none_changes_nothing() => Assert.Equal(JobPhase.Unknown, Read("who knows").Phase);

    [Theory]
    [InlineData("64\n", "64")]
    [InlineData("64;main\n", "64")]
    [InlineData("Submitted batch job 64", null)]
    [InlineData("", null)]
    [InlineData("64 --force", null)]
    public void Numbers_are_numbers(string output, string? id) => Assert.Equal(id, SlurmQueue.ReadId(output));

    [Theory]
    [InlineData("--job-name=mine", "--job-name")]
    [InlineData("--job=mine", "--job-name")]
    [InlineData("-J mine", "--job-name")]
    [InlineData("-HJmine", "--job-name")]
    [InlineData("-Mall", "--clusters")]
    [InlineData("--gres=gpu:1 --clusters=all", "--clusters")]
    [InlineData("-a 1-3", "--array")]
    [InlineData("--array=1-3", "--array")]
    [InlineData("--wrap='rm x'", "--wrap")]
    [InlineData("--gres=gpu:1 mine.sh", "\"mine.sh\", which is no option")]
    [InlineData("--time 8:00:00", "\"8:00:00\", which is no option")]
    [InlineData("--", "\"--\", which is no option")]
    [InlineData("''", "\"\", which is no option")]
    public void Options_with_which_a_build_would_lose_its_job_are_refused(string text, string what)
    {
        var error = Assert.Throws<AbsException>(() => SlurmOptions.Of("AbsExecutorOptions", text));

        Assert.Equal(AbsCodes.InvalidSetting, error.Code);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--gres=gpu:1 --time=8:00:00 --account=me --wait-all-nodes=1 --export=A,B --signal=B:TERM@40")]
    [InlineData("-pgpu -Ame -H")]
    [InlineData("-pJMa")]
    public void All_others_are_taken(string text) => Assert.Equal(text.Split(' '), SlurmOptions.Of("AbsExecutorOptions", text));

    private static JobStatus Read(string output) => SlurmQueue.ReadStatus(new(0, output, ""), "64", "abs-tiny-1f");
}
