namespace AbsBuildTasks.Worker.Tests;

/// <summary>The kernels' results do not depend on the processor's vector instructions.</summary>
public sealed class InstructionSetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("abs-instructions-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public void A_search_without_them_ends_in_the_same_bytes(string variable)
    {
        var expected = WorkerRun.Result(Folder("with"), WorkerRun.ShortSearch);

        Assert.Equal(expected, WorkerRun.Result(Folder("without"), WorkerRun.ShortSearch, new Dictionary<string, string> { [variable] = "0" }));
    }

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
}
