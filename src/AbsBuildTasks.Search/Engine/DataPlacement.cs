using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Brings data to the device of a search: once, where it takes at most half of the free memory, else batch by batch, as inputs that are read so in any case.</summary>
internal static class DataPlacement
{
    /// <summary>Places data.</summary>
    /// <param name="data">As the model has loaded it.</param>
    /// <param name="device">Where the search runs.</param>
    /// <param name="hasRoom">Whether a device has as many bytes free.</param>
    /// <param name="tell">Told where data stay in the machine's memory.</param>
    public static ModelData Of(ModelData data, Device device, Func<Device, long, bool> hasRoom, Action<string> tell)
    {
        var bytes = new[] { data.Train, data.Test }.SelectMany(Held).Sum(tensor => tensor.numel() * tensor.ElementSize);
        var whole = device.type == DeviceType.CPU || hasRoom(device, 2 * bytes);
        if (!whole)
        {
            tell(string.Create(CultureInfo.InvariantCulture, $"the data, {bytes / 1e9:0.0} GB, take more than half of the memory that {device} has free: they move there batch by batch"));
        }

        return data with { Train = Move(data.Train), Test = Move(data.Test) };

        LabelledData Move(LabelledData part) => part.Streamed is { } streamed
            ? new(streamed, To(part.Targets)) { BatchDevice = device }
            : new([.. part.AllInputs.Select(To)], [.. part.AllTargets.Select(To)]) { BatchDevice = device };

        Tensor To(Tensor tensor) => tensor.to(whole ? device : CPU);
    }

    private static IEnumerable<Tensor> Held(LabelledData part) => part.Streamed is null ? part.AllInputs.Concat(part.AllTargets) : part.AllTargets;
}
