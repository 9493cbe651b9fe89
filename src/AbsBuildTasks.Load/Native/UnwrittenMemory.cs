using System.Runtime.InteropServices;

namespace AbsBuildTasks.Search.Native;

/// <summary>Makes torch fill new memory with NaN, so that what nobody writes is seen.</summary>
/// <remarks>
/// Torch does so itself while its operations have to be deterministic; TorchSharp has no call for that. Where torch's
/// library does not offer its functions by the names of Linux and macOS, nothing is filled.
/// </remarks>
internal static unsafe class UnwrittenMemory
{
    // One switch for the whole process.
    private static readonly Lock Gate = new();
    private static readonly (nint Context, nint Set, nint IsSet) Torch = FindTorch();

    /// <summary>Whether torch offers it here.</summary>
    public static bool CanBeFilled => Torch.Context != 0;

    /// <summary>Runs work, in which what torch gives out is full of NaN, or of the largest number of an integer type.</summary>
    public static T Fill<T>(Func<T> work)
    {
        if (!CanBeFilled)
        {
            return work();
        }

        lock (Gate)
        {
            var was = IsDeterministic();
            try
            {
                SetDeterministic(true);
                return work();
            }
            finally
            {
                SetDeterministic(was);
            }
        }
    }

    private static nint Context => ((delegate* unmanaged<nint>)Torch.Context)();

    private static bool IsDeterministic() => ((delegate* unmanaged<nint, byte>)Torch.IsSet)(Context) != 0;

    // An operation that has no deterministic form warns and runs.
    private static void SetDeterministic(bool value) =>
        ((delegate* unmanaged<nint, byte, byte, void>)Torch.Set)(Context, value ? (byte)1 : (byte)0, 1);

    private static (nint Context, nint Set, nint IsSet) FindTorch()
    {
        var path = NativeSearchPath.Find("libtorch_cpu.so") ?? NativeSearchPath.Find("libtorch_cpu.dylib");
        return path is not null
            && NativeLibrary.TryLoad(path, out var library)
            && NativeLibrary.TryGetExport(library, "_ZN2at13globalContextEv", out var context)
            && NativeLibrary.TryGetExport(library, "_ZN2at7Context26setDeterministicAlgorithmsEbb", out var set)
            && NativeLibrary.TryGetExport(library, "_ZNK2at7Context23deterministicAlgorithmsEv", out var isSet)
                ? (context, set, isSet)
                : default;
    }
}
