using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Kernels;

/// <summary>Tensors whose values the kernels of this project reach directly; torch's operations work on all others.</summary>
internal static class HostMemory
{
    /// <summary>Whether a tensor's values lie in this process's memory, in single precision.</summary>
    public static bool Holds(Tensor x) => x.device_type == DeviceType.CPU && x.dtype == ScalarType.Float32;

    /// <summary>The values.</summary>
    /// <param name="dense">A contiguous tensor that <see cref="Holds"/> is true of.</param>
    public static Span<float> Values(Tensor dense) => MemoryMarshal.Cast<byte, float>(dense.bytes);
}
