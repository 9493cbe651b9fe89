using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Cuda;

/// <summary>Compares what a GPU computes with what the processor does.</summary>
internal static class Gpu
{
    public static readonly Device Device = new(DeviceType.CUDA, 0);

    /// <summary>TensorFloat-32 keeps ten bits of a factor, too few to compare.</summary>
    static Gpu()
    {
        backends.cudnn.allow_tf32 = false;
        backends.cuda.matmul.allow_tf32 = false;
    }

    /// <summary>Both compute in single precision, and add up in other orders.</summary>
    public static void AssertNear(Tensor expected, Tensor actual, double tolerance = 1e-4)
    {
        Assert.Equal(Device.type, actual.device_type);
        var difference = expected.sub(actual.cpu()).abs().max().item<float>();
        Assert.True(difference <= tolerance * (1 + expected.abs().max().item<float>()), $"differs by {difference}");
    }

    public static void AssertNear(double[] expected, double[] actual, double tolerance = 1e-3)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance * (1 + Math.Abs(pair.First))));
    }
}
