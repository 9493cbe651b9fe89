using AbsBuildTasks.Search;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Tests.Shared;

/// <summary>A test on a GPU, where there is one and torch is of the flavour for it: see docs/devices.md.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CudaFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> HasGpu = new(() =>
    {
        if (!TorchRuntime.HasCudaFlavour)
        {
            return false;
        }

        TorchRuntime.EnsureLoaded(Path.Combine(AppContext.BaseDirectory, "native"));
        return cuda.is_available();
    });

    public CudaFactAttribute() => Skip = HasGpu.Value ? null : "needs a GPU, and -p:UseCuda=true";
}
