using System.Globalization;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search;
using TorchSharp;
using static TorchSharp.torch;

namespace AbsBuildTasks.Worker.Running;

/// <summary>Chooses where a search runs.</summary>
internal static class DeviceChoice
{
    private const string Cuda = "cuda";

    /// <summary>Chooses; torch must be loaded.</summary>
    /// <param name="text"><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <exception cref="AbsException">ABS1005: none of these. ABS2009: there is no such device.</exception>
    public static Device Of(string text)
    {
        var name = text.Trim().ToLowerInvariant();
        return name switch
        {
            "cpu" => CPU,
            "auto" => HasCuda() ? CUDA : CPU,
            Cuda => OfCuda(text, 0),
            _ when name.StartsWith(Cuda + ":", StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(Cuda.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index) => OfCuda(text, index),
            _ => throw new AbsException(AbsCodes.InvalidSetting, $"AbsDevice=\"{text}\" is unknown; use auto, cpu, cuda or cuda:N, for example cuda:0."),
        };
    }

    private static bool HasCuda() => TorchRuntime.HasCudaFlavour && cuda.is_available();

    private static Device OfCuda(string text, int index)
    {
        if (!TorchRuntime.HasCudaFlavour)
        {
            throw Unavailable(text, "the project references the CPU flavour of libtorch; reference TorchSharp-cuda-linux or TorchSharp-cuda-windows");
        }

        if (!cuda.is_available())
        {
            throw Unavailable(text, "torch finds no CUDA device; check the graphics driver with nvidia-smi");
        }

        var count = cuda.device_count();
        return index < count
            ? device(DeviceType.CUDA, index)
            : throw Unavailable(text, $"this machine has {count}, numbered from 0");
    }

    private static AbsException Unavailable(string text, string why) =>
        new(AbsCodes.DeviceUnavailable, $"AbsDevice=\"{text}\" is not available: {why}, or set AbsDevice=auto.");
}
