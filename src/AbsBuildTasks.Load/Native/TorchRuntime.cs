using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Native;
using TorchSharp;

namespace AbsBuildTasks.Search;

/// <summary>Loads libtorch into this process, on older Linux distributions too.</summary>
public static class TorchRuntime
{
    private const string Binding = "libLibTorchSharp.so";
    private const string CudaLinux = "libtorch_cuda.so";
    private const string CudaWindows = "torch_cuda.dll";

    // What the binding is linked against. Loaded beforehand, as it may lie in another package's folder.
    private static readonly string[] Torch = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    private static readonly Lock Gate = new();
    private static bool _isLoaded;

    /// <summary>Whether a CUDA flavour of libtorch is referenced; says nothing about a graphics card.</summary>
    /// <remarks>Ask this before TorchSharp, which looks for a missing flavour by copying packages about.</remarks>
    public static bool HasCudaFlavour => NativeSearchPath.Find(CudaLinux) is not null || NativeSearchPath.Find(CudaWindows) is not null;

    /// <summary>Loads libtorch; call it before the first use of TorchSharp. Further calls do nothing.</summary>
    /// <remarks>
    /// On Linux the libraries are loaded by their full paths; TorchSharp's own imports then find them by name. Where
    /// packages spread them over several folders, as those of the CUDA flavour do, they are loaded through a folder of
    /// links. Where the system's C++ library is older than GCC 13.2's, a copy of TorchSharp's library that does not insist
    /// on it is loaded instead of the original.
    /// </remarks>
    /// <param name="nativeDirectory">Receives links and copy; created at need, for this user alone, and refused where others can write to it.</param>
    /// <param name="notice">Told once, in one line, if the copy is used.</param>
    /// <exception cref="AbsException">ABS2006: libtorch is not referenced, or cannot be loaded. ABS1031: others can write to the folder.</exception>
    public static void EnsureLoaded(string nativeDirectory, Action<string>? notice = null)
    {
        lock (Gate)
        {
            if (_isLoaded)
            {
                return;
            }

            try
            {
                if (OperatingSystem.IsLinux())
                {
                    LoadLinux(nativeDirectory, notice);
                }

                torch.InitializeDeviceType(DeviceType.CPU);
            }
            catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
            {
                throw new AbsException(AbsCodes.NativeLibrary, $"The folder {nativeDirectory} for links to the native torch libraries cannot be written ({FirstLine(exception)}); give TorchRuntime.EnsureLoaded a folder that this user can write to.", exception);
            }
            catch (Exception exception) when (exception is not AbsException)
            {
                throw Failure($"cannot be loaded: {FirstLine(exception)}", exception);
            }

            _isLoaded = true;
        }
    }

    [SupportedOSPlatform("linux")]
    private static void LoadLinux(string nativeDirectory, Action<string>? notice)
    {
        foreach (var library in TorchLibraries(nativeDirectory))
        {
            NativeLibrary.Load(library);
        }

        var binding = NativeSearchPath.Find(Binding) ?? throw Failure($"are incomplete ({Binding} is in none of this process's library folders)");
        try
        {
            NativeLibrary.Load(binding);
        }
        catch (DllNotFoundException exception) when (exception.Message.Contains(PatchedLibrary.Version, StringComparison.Ordinal))
        {
            if (PatchedLibrary.Create(binding, nativeDirectory) is not { } copy)
            {
                throw;
            }

            NativeLibrary.Load(copy);
            notice?.Invoke($"This system's C++ library is older than TorchSharp asks for ({PatchedLibrary.Version}); using an adapted copy of {Binding} in {Path.GetDirectoryName(copy)}.");
        }
    }

    /// <summary>Torch's libraries, each in a folder with all that it needs.</summary>
    [SupportedOSPlatform("linux")]
    private static string[] TorchLibraries(string nativeDirectory)
    {
        string[] libraries =
        [
            .. Torch.Select(name => NativeSearchPath.Find(name) ?? throw Failure($"are not referenced ({name} is in none of this process's library folders)")),
            .. NativeSearchPath.Find(CudaLinux) is { } cuda ? [cuda] : Array.Empty<string>(),
        ];
        if (libraries.Select(Path.GetDirectoryName).Distinct().Count() == 1)
        {
            return libraries;
        }

        var links = LibraryLinks.Create(NativeSearchPath.LinuxLibraries(), nativeDirectory);
        return [.. libraries.Select(library => Path.Combine(links, Path.GetFileName(library)))];
    }

    private static AbsException Failure(string what, Exception? cause = null) => new(
        AbsCodes.NativeLibrary,
        $"The native torch libraries {what}; reference libtorch-cpu-linux-x64 (libtorch-cpu-win-x64, libtorch-cpu-osx-arm64), or TorchSharp-cuda-linux / TorchSharp-cuda-windows on a machine with a GPU, in the model project.",
        cause);

    private static string FirstLine(Exception exception) => exception.GetBaseException().Message.Split('\n')[0].Trim();
}
