using System.Diagnostics;
using System.Globalization;
using Build.Tests.Harness;

namespace Build.Tests.Faults;

/// <summary>Workers that do what no worker should.</summary>
public sealed class WorkerFaultTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    private const string Search = "-p:TinyTrainEpochs=3";

    [Theory]
    [InlineData("silent", "exit code 0")]
    [InlineData("signal", "exit code 137")]
    [InlineData("no-plan", "wrote a tiny.plan.json that is not a plan")]
    [InlineData("other-plan", "wrote the plan of another search")]
    public async Task A_worker_without_this_searchs_plan_is_one_error_and_nothing_is_kept_of_it(string way, string message)
    {
        if (way == "signal" && OperatingSystem.IsWindows())
        {
            return;
        }

        var project = await feed.AcceptedCopyAsync();
        var (plans, cache) = (project.Plans(), Names(project.Cache));

        var outcome = await project.BuildAsync(new Dictionary<string, string> { ["FAKE_WORKER"] = way, ["FAKE_PLAN"] = project.Plan }, Search, $"-p:AbsWorkerAssembly={Built.FakeWorker}");

        Assert.Contains(message, outcome.FailedWith("ABS3004").Message, StringComparison.Ordinal);
        Assert.Equal(plans, project.Plans());
        Assert.Equal(cache, Names(project.Cache));
    }

    [Fact]
    public async Task A_worker_that_hangs_after_its_last_word_does_not_hold_the_build()
    {
        var project = await feed.AcceptedCopyAsync();
        string[] arguments = [Search, "-p:AbsSnapshotMode=off", "-p:AbsReportMode=off"];

        var outcome = (await project.BuildAsync(new Dictionary<string, string> { ["FAKE_WORKER"] = "hang-after-done", ["FAKE_PLAN"] = project.Plan }, [.. arguments, $"-p:AbsWorkerAssembly={Built.FakeWorker}"])).Succeeded();

        Assert.Contains("abs: tiny: the plan is there, but the process that searched did not end", outcome.Output, StringComparison.Ordinal);
        (await project.BuildWithoutWorkerAsync(arguments)).Succeeded();
    }

    [Theory]
    [InlineData("hang")]
    [InlineData("hang-after-message")]
    public async Task A_worker_that_hangs_ends_with_a_cancelled_build(string way)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var project = await feed.AcceptedCopyAsync();
        var plans = project.Plans();
        var processFile = Path.Combine(project.Folder, "..", "hang.process");
        using var build = project.Start(
            new Dictionary<string, string> { ["FAKE_WORKER"] = way, ["TINY_PROCESS_FILE"] = processFile },
            Search,
            $"-p:AbsWorkerAssembly={Built.FakeWorker}");
        using var worker = await Hang.WorkerAsync(processFile, build);
        using var kill = Process.Start("kill", ["-INT", build.ProcessId.ToString(CultureInfo.InvariantCulture)]);

        (await build.EndAsync()).FailedWith("ABS3003");
        await Hang.EndAsync(worker);
        Assert.Equal(plans, project.Plans());
    }

    private static string[] Names(string folder) => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
