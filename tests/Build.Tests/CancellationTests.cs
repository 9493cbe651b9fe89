using System.Diagnostics;
using System.Globalization;
using Build.Tests.Harness;

namespace Build.Tests;

public sealed class CancellationTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    // Long enough to be interrupted, short enough to be ended by the next build.
    private static readonly string[] LongSearch = ["-p:TinyTrainEpochs=200", "-p:AbsSnapshotMode=off"];

    [Theory]
    [InlineData("INT")]
    [InlineData("KILL")]
    public async Task No_worker_outlives_its_build(string signal)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var project = await feed.AcceptedCopyAsync();
        var plans = project.Plans();
        var processFile = Path.Combine(project.Folder, "..", $"{signal}.process");
        using var build = project.Start(new Dictionary<string, string> { ["TINY_PROCESS_FILE"] = processFile }, "-p:TinyTrainEpochs=1000000");
        using var worker = await Hang.WorkerAsync(processFile, build);

        await SendAsync(signal, build);
        await Hang.EndAsync(worker);
        var outcome = await build.EndAsync();
        Assert.NotEqual(0, outcome.ExitCode);
        if (signal == "INT")
        {
            outcome.FailedWith("ABS3003");
        }

        Assert.Equal(plans, project.Plans());
        (await project.BuildWithoutWorkerAsync()).Succeeded();
    }

    [Fact]
    public async Task The_build_after_a_cancelled_one_goes_on_with_its_search()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var project = await feed.AcceptedCopyAsync();
        (await InterruptedAsync(project, "INT")).FailedWith("ABS3003");

        var outcome = (await project.BuildAsync(LongSearch)).Succeeded();

        Assert.Contains("abs: tiny: resuming at ", outcome.Output, StringComparison.Ordinal);
        Assert.Empty(project.Checkpoints);
    }

    [Fact]
    public async Task Clean_removes_what_a_killed_build_left_of_its_search()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var project = await feed.AcceptedCopyAsync();
        await InterruptedAsync(project, "KILL");
        Assert.NotEmpty(Directory.GetDirectories(Path.Combine(project.State, "plans", "tiny"), ".tmp-*"));
        Directory.CreateDirectory(Path.Combine(project.Output, ".tmp-1-killed-while-copying"));

        (await project.BuildAsync("-t:Clean")).Succeeded();

        Assert.False(Directory.Exists(project.State));
        Assert.Empty(Directory.GetFileSystemEntries(project.Output));
    }

    /// <summary>Interrupts a build once its search has something to lose.</summary>
    private static async Task<BuildOutcome> InterruptedAsync(FixtureProject project, string signal)
    {
        var processFile = Path.Combine(project.Folder, "..", "long.process");
        using var build = project.Start(new Dictionary<string, string> { ["TINY_PROCESS_FILE"] = processFile }, LongSearch);
        using var worker = await Hang.WorkerAsync(processFile, build);
        await Hang.UntilAsync(() => project.Checkpoints.Count > 0, build);
        await SendAsync(signal, build);
        await Hang.EndAsync(worker);
        return await build.EndAsync();
    }

    internal static async Task SendAsync(string signal, RunningCommand build)
    {
        using var kill = Process.Start("kill", [$"-{signal}", build.ProcessId.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
