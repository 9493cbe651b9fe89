using System.Diagnostics;
using System.Globalization;
using Build.Tests.Harness;

namespace Build.Tests;

[Collection(BuildCollection.Name)]
public sealed class CancellationTests(PackedFeed feed)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

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
        using var worker = await WorkerAsync(processFile);

        using (var kill = Process.Start("kill", [$"-{signal}", build.ProcessId.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        await worker.WaitForExitAsync().WaitAsync(Patience);
        var outcome = await build.EndAsync(Patience);
        Assert.NotEqual(0, outcome.ExitCode);
        if (signal == "INT")
        {
            outcome.FailedWith("ABS3003");
        }

        Assert.Equal(plans, project.Plans());
        (await project.BuildWithoutWorkerAsync()).Succeeded();
    }

    private static async Task<Process> WorkerAsync(string processFile)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Patience)
        {
            if (File.Exists(processFile) && int.TryParse(await File.ReadAllTextAsync(processFile), CultureInfo.InvariantCulture, out var id))
            {
                return Process.GetProcessById(id);
            }

            await Task.Delay(50);
        }

        throw new TimeoutException("No worker has started.");
    }
}
