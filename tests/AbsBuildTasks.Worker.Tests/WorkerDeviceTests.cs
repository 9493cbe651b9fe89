using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Settings;

namespace AbsBuildTasks.Worker.Tests;

/// <summary>Where workers search.</summary>
public sealed class WorkerDeviceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("abs-device-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_worker_tells_where_it_searches() => Assert.Equal("device: cpu", Device("cpu"));

    [CudaFact]
    public void Auto_takes_the_gpu() => Assert.Equal("device: cuda:0", Device("auto"));

    private string Device(string device)
    {
        using var worker = WorkerRun.Start(_folder, new SearchSettings { Budget = new Budget(0.5), TrainEpochs = 1, SearchEpochs = 1, FineTuneEpochs = 1 }, device: device);
        var errors = worker.ToEnd();
        Assert.True(worker.ExitCode == 0, string.Join('\n', worker.Events) + errors);
        return worker.Events.OfType<MessageEvent>().Single(message => message.Text.StartsWith("device: ", StringComparison.Ordinal)).Text;
    }
}
