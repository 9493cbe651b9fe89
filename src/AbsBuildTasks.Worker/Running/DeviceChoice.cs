using System.Globalization;
using AbsBuildTasks.Plans.Errors;
using TorchSharp;
using static TorchSharp.torch;

namespace AbsBuildTasks.Worker.Running;

/// <summary>Chooses where a search runs.</summary>
/// <param name="hasFlavour">Whether a CUDA flavour of libtorch is referenced.</param>
/// <param name="count">How many CUDA devices torch finds; asked only where there is that flavour, and the answer matters.</param>
internal sealed class DeviceChoice(bool hasFlavour, Func<int> count)
{
    private const string Cuda = "cuda";

    /// <summary>Chooses.</summary>
    /// <param name="text"><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <param name="warn">Told where <c>auto</c> takes the processor though the project is made for a GPU: a code and one line.</param>
    /// <exception cref="AbsException">ABS1005: none of these. ABS2009: there is no such device.</exception>
    public Device Of(string text, Action<string, string> warn)
    {
        var name = text.Trim().ToLowerInvariant();
        return name switch
        {
            "cpu" => CPU,
            "auto" => Auto(warn),
            Cuda => OfCuda(text, 0),
            _ when name.StartsWith(Cuda + ":", StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(Cuda.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index) => OfCuda(text, index),
            _ => throw new AbsException(AbsCodes.InvalidSetting, $"AbsDevice=\"{text}\" is unknown; use auto, cpu, cuda or cuda:N, for example cuda:0."),
        };
    }

    private Device Auto(Action<string, string> warn)
    {
        if (!hasFlavour)
        {
            return CPU;
        }

        if (count() > 0)
        {
            return new Device(DeviceType.CUDA, 0);
        }

        warn(AbsCodes.NoGpuFound, "The project references a CUDA flavour of libtorch, but torch finds no CUDA device: the search runs on the processor. Check the graphics driver with nvidia-smi, or set AbsDevice=cpu where that is meant.");
        return CPU;
    }

    private Device OfCuda(string text, int index)
    {
        if (!hasFlavour)
        {
            throw Unavailable(text, "the project references the CPU flavour of libtorch; reference TorchSharp-cuda-linux or TorchSharp-cuda-windows");
        }

        var there = count();
        if (there == 0)
        {
            throw Unavailable(text, "torch finds no CUDA device; check the graphics driver with nvidia-smi");
        }

        return index < there
            ? new Device(DeviceType.CUDA, index)
            : throw Unavailable(text, $"this machine has {there}, numbered from 0");
    }

    private static AbsException Unavailable(string text, string why) =>
        new(AbsCodes.DeviceUnavailable, $"AbsDevice=\"{text}\" is not available: {why}, or set AbsDevice=auto.");
}
