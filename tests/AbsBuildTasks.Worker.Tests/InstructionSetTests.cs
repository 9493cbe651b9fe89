using AbsBuildTasks.Plans.Settings;

namespace AbsBuildTasks.Worker.Tests;

/// <summary>The kernels' results do not depend on the processor's vector instructions.</summary>
public sealed class InstructionSetTests : IDisposable
{
    private static readonly SearchSettings Settings = new()
    {
        Budget = new Budget(0.03),
        KeepFirstAndLast = false,
        BatchSize = 16,
        TrainEpochs = 2,
        SearchEpochs = 3,
        FineTuneEpochs = 1,
        LearningRate = 0.01,
        GateLearningRate = 0.02,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("abs-instructions-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public void A_search_without_them_ends_in_the_same_bytes(string variable)
    {
        var expected = WorkerRun.Result(Folder("with"), Settings);

        Assert.Equal(expected, WorkerRun.Result(Folder("without"), Settings, new Dictionary<string, string> { [variable] = "0" }));
    }

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
}
