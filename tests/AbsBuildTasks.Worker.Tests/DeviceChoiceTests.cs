using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search;
using AbsBuildTasks.Worker.Running;

namespace AbsBuildTasks.Worker.Tests;

public sealed class DeviceChoiceTests
{
    private readonly List<string> _warnings = [];

    // TorchSharp's devices ask for torch, and on their own look for it by copying packages about.
    public DeviceChoiceTests() => TorchRuntime.EnsureLoaded(Path.Combine(AppContext.BaseDirectory, "native"));

    [Theory]
    [InlineData("auto", "cuda:0")]
    [InlineData("AUTO", "cuda:0")]
    [InlineData("cpu", "cpu")]
    [InlineData("cuda", "cuda:0")]
    [InlineData("cuda:0", "cuda:0")]
    [InlineData(" Cuda:1", "cuda:1")]
    public void Where_there_are_two_gpus(string text, string expected)
    {
        Assert.Equal(expected, new DeviceChoice(true, () => 2).Of(text, Warn).ToString());
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("cpu")]
    public void The_processor_flavour_never_asks_for_a_gpu(string text)
    {
        Assert.Equal("cpu", new DeviceChoice(false, () => throw new InvalidOperationException()).Of(text, Warn).ToString());
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Auto_says_where_a_cuda_flavour_finds_no_gpu()
    {
        Assert.Equal("cpu", new DeviceChoice(true, () => 0).Of("auto", Warn).ToString());
        Assert.StartsWith("ABS2013: The project references a CUDA flavour of libtorch, but torch finds no CUDA device", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 2, "cuda", "the project references the CPU flavour of libtorch")]
    [InlineData(true, 0, "cuda:0", "torch finds no CUDA device")]
    [InlineData(true, 2, "cuda:2", "this machine has 2, numbered from 0")]
    public void A_device_that_is_not_there_is_an_error_with_the_reason(bool hasFlavour, int count, string text, string reason)
    {
        var error = Assert.Throws<AbsException>(() => new DeviceChoice(hasFlavour, () => count).Of(text, Warn));

        Assert.Equal(AbsCodes.DeviceUnavailable, error.Code);
        Assert.StartsWith($"AbsDevice=\"{text}\" is not available: {reason}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda: 1")]
    [InlineData("gpu")]
    [InlineData("")]
    public void A_text_that_names_no_device_is_refused(string text) =>
        Assert.Equal(AbsCodes.InvalidSetting, Assert.Throws<AbsException>(() => new DeviceChoice(true, () => 2).Of(text, Warn)).Code);

    private void Warn(string code, string text) => _warnings.Add($"{code}: {text}");
}
