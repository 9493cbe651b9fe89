using System.Runtime.CompilerServices;
using AbsBuildTasks.Search.Native;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Infrastructure;

internal static class TorchSetup
{
    // A module initializer, because any test may be the first to touch torch.
    [ModuleInitializer]
    internal static void Load()
    {
        TorchRuntime.EnsureLoaded(Path.Combine(AppContext.BaseDirectory, "native"));

        // Test classes run side by side; more threads each would only get in one another's way.
        set_num_threads(1);
    }
}
