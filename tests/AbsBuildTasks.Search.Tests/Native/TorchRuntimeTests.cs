using System.Reflection;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Native;

public sealed class TorchRuntimeTests
{
    [Fact]
    public void Torch_computes_once_it_is_loaded()
    {
        TorchRuntime.EnsureLoaded(AppContext.BaseDirectory);
        using var tensor = ones(new long[] { 2, 3 });
        using var sum = tensor.sum();

        Assert.Equal(6, sum.item<float>());
    }

    [Fact]
    public void Loading_again_says_and_does_nothing()
    {
        TorchRuntime.EnsureLoaded(AppContext.BaseDirectory);
        var notices = new List<string>();
        var nowhere = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));

        TorchRuntime.EnsureLoaded(nowhere, notices.Add);

        Assert.Empty(notices);
        Assert.False(Directory.Exists(nowhere));
    }

    [Fact]
    public void The_flavour_is_known_that_the_project_references()
    {
        var useCuda = typeof(TorchRuntimeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "UseCuda").Value;

        Assert.Equal(useCuda == "true", TorchRuntime.HasCudaFlavour);
    }
}
