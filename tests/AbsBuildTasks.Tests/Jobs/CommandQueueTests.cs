using AbsBuildTasks.Jobs;

namespace AbsBuildTasks.Tests.Jobs;

public sealed class CommandQueueTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("running", JobPhase.Running)]
    [InlineData("waiting\n", JobPhase.Waiting)]
    [InlineData("success", JobPhase.Ended)]
    [InlineData("failed", JobPhase.Ended)]
    [InlineData("interrupted", JobPhase.Interrupted)]
    [InlineData("Pending", JobPhase.Waiting)]
    [InlineData("Succeeded", JobPhase.Ended)]
    [InlineData("PEND", JobPhase.Waiting)]
    [InlineData("DONE", JobPhase.Ended)]
    [InlineData("EXIT", JobPhase.Ended)]
    [InlineData("Status for job 'abs-run-1f': RUNNING\nStatus message: Job is currently running.", JobPhase.Running)]
    [InlineData("Job 'abs-run-1f' succeeded", JobPhase.Ended)]
    [InlineData("", JobPhase.Unknown)]
    [InlineData("prerunning", JobPhase.Unknown)]
    internal void The_first_word_that_is_known_counts(string output, JobPhase phase) =>
        Assert.Equal(phase, CommandQueue.ReadStatus(new(0, output, ""), "12", "abs-run-1f").Phase);

    [Fact]
    public void A_program_that_fails_has_said_nothing() =>
        Assert.Equal(new(JobPhase.Unknown, "no route"), CommandQueue.ReadStatus(new(1, "failed", "no route\n"), "12", "abs-run-1f"));

    [Theory]
    [InlineData("job.batch/abs-1f\nmore", "job.batch/abs-1f")]
    [InlineData("Job <12> is submitted to queue <normal>.", null)]
    [InlineData("\n", null)]
    [InlineData("12\u001b", null)]
    public void The_job_is_the_first_line_where_that_is_a_word(string output, string? id) => Assert.Equal(id, CommandQueue.ReadId(output));

    [UnixFact]
    public void Values_stay_words_whatever_they_hold()
    {
        var template = new CommandTemplate("/bin/sh", ["-c", "printf '%s|' \"$@\"", "x", "{job}", "a{name}{job}b", "{other}", "{"]);

        var filled = template.Filled(new Dictionary<string, string> { ["job"] = "1 2; $(x)", ["name"] = "{job}" });

        Assert.Equal("1 2; $(x)|a{job}1 2; $(x)b|{other}|{|", Tool.Run(template.Program, filled, Patience.Long).Output);
    }

    [UnixFact]
    public void A_queues_programs_get_no_secret_and_do_not_hold_the_build()
    {
        var program = _folder.WriteProgram("ask", "env; head -c 10000000 /dev/zero >&2; exit 3");
        Environment.SetEnvironmentVariable("ABS_REMOTE_CACHE_TOKEN", "hidden");
        try
        {
            var output = Tool.Run(program, [], Patience.Long);

            Assert.Equal(3, output.ExitCode);
            Assert.DoesNotContain("hidden", output.Output, StringComparison.Ordinal);
            Assert.InRange(output.Error.Length, 1, 1 << 16);
        }
        finally
        {
            Environment.SetEnvironmentVariable("ABS_REMOTE_CACHE_TOKEN", null);
        }

        Assert.Contains("gave no answer", Tool.Run(_folder.WriteProgram("hang", "exec sleep 600"), [], TimeSpan.FromMilliseconds(200)).Error, StringComparison.Ordinal);
        Assert.Equal(-1, Tool.Run("/nowhere/program", [], Patience.Long).ExitCode);
    }
}
