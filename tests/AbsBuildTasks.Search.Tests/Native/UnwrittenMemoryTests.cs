using AbsBuildTasks.Search.Native;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Native;

public sealed class UnwrittenMemoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5000)]
    public void All_of_it_is_NaN(int size)
    {
        Assert.Equal(!OperatingSystem.IsWindows(), UnwrittenMemory.CanBeFilled);
        using var filled = UnwrittenMemory.Fill(() => empty(size));

        Assert.True(!UnwrittenMemory.CanBeFilled || filled.isnan().all().item<bool>());
    }

    [Fact]
    public void Afterwards_torch_is_as_before()
    {
        Assert.Throws<InvalidOperationException>(() => UnwrittenMemory.Fill<int>(() => throw new InvalidOperationException()));
        using (full(5000, 7f))
        {
        }

        // As memory is given out again at once, unless it is filled.
        using var again = empty(5000);
        Assert.False(again.isnan().all().item<bool>());
    }
}
