using System.Runtime.CompilerServices;
using Xunit;
using static TorchSharp.torch;

// TorchSharp 0.107 does not keep a Scalar alive during the native call that reads it: t.mul(2) crashes, or multiplies
// by something else, if another thread's allocation starts a collection at that moment. One thread allocates at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace AbsBuildTasks.Search.Tests.Infrastructure;

internal static class TorchSetup
{
    // A module initializer, because any test may be the first to touch torch.
    [ModuleInitializer]
    internal static void Load()
    {
        TorchRuntime.EnsureLoaded(Path.Combine(AppContext.BaseDirectory, "native"));

        // Tensors here are small, and other test projects run beside this one.
        set_num_threads(1);
    }
}
