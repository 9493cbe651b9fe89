using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>Every failure is one error with a code, and leaves plans and snapshots as they were.</summary>
public sealed class FailureTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    // With another number of epochs, so that there is no plan yet and a search has to start.
    private const string Search = "-p:TinyTrainEpochs=3";

    [Theory]
    [InlineData("ABS1001", "did you mean Type=\"Tiny.TinyModel\"", "-p:TinyType=Tiny.TinyModl")]
    [InlineData("ABS1001", "is not a class that implements IAbsModel", "-p:TinyType=Tiny.TinyNetwork")]
    [InlineData("ABS1002", "Tiny.OtherModel, Tiny.TinyModel", "-p:TinyVariant=TWO_MODELS")]
    [InlineData("ABS1003", "3 is not a larger multiple of 2", "-p:TinyBits=2%3B3")]
    [InlineData("ABS1004", "Budget=\"small\"", "-p:TinyBudget=small")]
    [InlineData("ABS1005", "auto, cached, locked, force or off", "-p:AbsSearchMode=lokced")]
    [InlineData("ABS1005", "auto, cpu, cuda or cuda:N", Search, "-p:AbsDevice=gpu")]
    [InlineData("ABS1009", "near names: second, ", "-p:TinyLayers=secnd:keep")]
    [InlineData("ABS2001", "'data/none.csv'", "-p:TinyDataFiles=data/none.csv")]
    [InlineData("ABS2001", "'data/*.bin'", "-p:TinyDataFiles=data/*.bin")]
    [InlineData("ABS2002", "data/images.csv", "-p:TinyDataFiles=*.cs")]
    [InlineData("ABS2003", "second", "-p:TinyVariant=USES_FORWARD")]
    [InlineData("ABS2004", "no network today (at Tiny.TinyModel.CreateNetwork, TinyModel.cs:", "-p:TinyVariant=THROWS")]
    [InlineData("ABS2006", "reference libtorch-cpu-linux-x64", Search, "-p:TinyTorch=none")]
    [InlineData("ABS2009", "TorchSharp-cuda-linux", Search, "-p:AbsDevice=cuda")]
    [InlineData("ABS3001", "cannot be met", "-p:TinyBudget=bops=0.01%")]
    public async Task What_a_user_can_get_wrong_has_a_code(string code, string message, params string[] arguments)
    {
        var project = await feed.AcceptedCopyAsync();
        var plans = project.Plans();

        var error = (await project.BuildAsync(arguments)).FailedWith(code);

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Tiny.csproj", error.File, StringComparison.Ordinal);
        Assert.Equal(plans, project.Plans());
    }

    [Theory]
    [InlineData("crash", "exit code 134", "last words")]
    [InlineData("garbage", "exit code 134", "last words")]
    [InlineData("early-done", "did not write tiny.weights.zip", "")]
    public async Task A_worker_that_ends_without_a_plan_is_reported_with_its_last_words(string how, string what, string words)
    {
        var project = await feed.AcceptedCopyAsync();
        var plans = project.Plans();

        var outcome = await project.BuildAsync(new Dictionary<string, string> { ["FAKE_WORKER"] = how }, Search, $"-p:AbsWorkerAssembly={Built.FakeWorker}");

        var error = outcome.FailedWith("ABS3004");
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Equal(plans, project.Plans());
    }
}
