using AbsBuildTasks.Cli.Tests.Infrastructure;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Cli.Tests;

public sealed class StopCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, "asked to stop; the next build goes on with it")]
    [InlineData(true, "asked to end with what it has; the build goes on to the plan")]
    public void Searches_that_run_are_asked(bool keeps, string words)
    {
        var (first, second, idle) = (State("a", "digits"), State("b/c", "lenet5"), State("b/c", "other"));
        using var one = FolderLock.TryTake(first, TimeSpan.Zero);
        using var two = FolderLock.TryTake(second, TimeSpan.Zero);
        FolderLock.TryTake(idle, TimeSpan.Zero)!.Dispose();

        var run = CommandRun.Of([.. new[] { "stop", _folder.Path }.Concat(keeps ? ["--keep"] : [])]);

        Assert.Equal((0, $"digits: {words}\nlenet5: {words}\n", ""), (run.ExitCode, run.Output, run.Error));
        Assert.Equal([keeps, keeps], new[] { first, second }.Select(folder => StopRequest.Read(folder)!.Value));
        Assert.False(StopRequest.IsIn(idle));
    }

    [Fact]
    public void Points_of_a_model_that_are_searched_for_at_once_are_called_by_their_names()
    {
        var folder = State("a", "digits");
        File.WriteAllLines(FollowedEvents.PathIn(folder), [BuildEventJson.Write(new SearchStarted("digits [bops=2%]", 0.02, 3))]);
        using var held = FolderLock.TryTake(folder, TimeSpan.Zero);
        var waiting = State("a", "lenet5");
        File.WriteAllLines(FollowedEvents.PathIn(waiting), [BuildEventJson.Write(new SearchStarted("lenet5 [seed 2]\u001b", null, 3))]);
        _ = Job(waiting, "64");

        var lines = CommandRun.Of("stop", _folder.Path).Output.TrimEnd('\n').Split('\n');

        Assert.Equal("digits [bops=2%]: asked to stop; the next build goes on with it", lines[0]);
        Assert.StartsWith("lenet5 [seed 2]\\u001B: waits as job 64 of slurm", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_job_that_waits_in_a_queue_is_asked_to_leave_it(bool keeps)
    {
        var job = Job(State("a", "digits"), "64");
        Directory.CreateDirectory(Job(State("a", "done"), "65").Result);
        _ = Job(State("a", "lost"), "");

        var run = CommandRun.Of([.. new[] { "stop", _folder.Path }.Concat(keeps ? ["--keep"] : [])]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("digits: waits as job 64 of slurm, so there is nothing to keep; asked to leave the queue", Assert.Single(run.Output.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        Assert.False(StopRequest.Read(job.Folder)!.Value);
    }

    [Fact]
    public void A_job_that_runs_is_asked_like_any_search()
    {
        var state = State("a", "digits");
        var job = Job(state, "64");
        using var running = FolderLock.TryTake(state, TimeSpan.Zero);

        Assert.Equal("digits: asked to end with what it has; the build goes on to the plan\n", CommandRun.Of("stop", _folder.Path, "--keep").Output);
        Assert.True(StopRequest.Read(state)!.Value);
        Assert.False(StopRequest.IsIn(job.Folder));
    }

    [Fact]
    public void Where_none_runs_that_is_said()
    {
        _ = State("a", "digits");

        var run = CommandRun.Of("stop", _folder.Path);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"error ABS1051: No search runs in '{_folder.Path}' that could be stopped.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_said() => Assert.StartsWith("error ABS4007: There is no folder", CommandRun.Of("stop", _folder.File("no")).Error, StringComparison.Ordinal);

    private string State(string project, string model) =>
        Directory.CreateDirectory(Path.Combine(_folder.Path, project, "obj", "Debug", "abs", "checkpoints", model, "0123456789abcdef")).FullName;

    private static JobFolder Job(string state, string id)
    {
        var folder = JobFolder.In(state);
        Directory.CreateDirectory(folder.Folder);
        new JobRecord("slurm", "", id, "abs-digits-1", 1).Write(folder);
        return folder;
    }
}
