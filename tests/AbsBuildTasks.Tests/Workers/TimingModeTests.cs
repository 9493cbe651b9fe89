using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tests.Workers;

public sealed class TimingModeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("auto", true, true, false, ";timing=1.31.1")]
    [InlineData("auto", false, false, false, "")]
    [InlineData("on", false, true, true, ";timing=")]
    [InlineData("ON", true, true, true, ";timing=1.31.1")]
    [InlineData("off", true, false, false, "")]
    public void Files_are_measured_where_that_is_asked_for_or_the_project_has_the_runtime(string text, bool hasRuntime, bool isWanted, bool isAskedFor, string key)
    {
        var runtime = hasRuntime ? """, "Microsoft.ML.OnnxRuntime.Managed/1.31.1": { "type": "package" }""" : "";
        var deps = _folder.Write("x.deps.json", $$"""{ "libraries": { "TorchSharp/0.107.0": { "type": "package" }{{runtime}} } }""");

        var mode = TimingMode.Of(text, deps);

        Assert.Equal((isWanted, isAskedFor, key), (mode.IsWanted, mode.IsAskedFor, mode.Key));
    }

    [Fact]
    public void Another_word_is_refused() => Assert.Equal(AbsCodes.InvalidSetting, Assert.Throws<AbsException>(() => TimingMode.Read("often")).Code);
}
