using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Tracing;
using TorchSharp;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Parameters of weighted layers that another module of the network holds, too: quantised for one, they would be in full
/// precision for the other, and the compressed weights could not be stored.
/// </summary>
internal static class SharedWeights
{
    /// <summary>Fails where a parameter of a convolution, linear layer or normalisation lies in the memory of another's.</summary>
    /// <remarks>A module that has two names is one module. A view counts from its first value to its last, also over what lies between them. Told on the processor alone, where networks are made.</remarks>
    /// <exception cref="AbsException">ABS2010, naming both.</exception>
    public static void Refuse(nn.Module network, LayerKinds kinds)
    {
        Held[] held = [.. network.named_modules().Prepend((name: "", module: network)).DistinctBy(pair => pair.module).SelectMany(pair => Of(pair.name, pair.module, kinds.Know(pair.module))).Where(one => one.IsOnProcessor).OrderBy(one => one.Start)];
        if (Array.Find(held, one => one.Fault is not null) is { } unfit)
        {
            throw new AbsException(AbsCodes.UnsupportedLayer, $"{unfit.Name} {unfit.Fault}; make it of contiguous() of its values.");
        }

        var end = 0;
        for (var i = 1; i < held.Length; i++)
        {
            // Those before it may reach further than the one right before it.
            end = held[i - 1].End > held[end].End ? i - 1 : end;
            if (held[i].Start < held[end].End && (held[i].IsWeight || held[end].IsWeight))
            {
                string[] names = [held[end].Name, held[i].Name];
                throw new AbsException(
                    AbsCodes.UnsupportedLayer,
                    $"{string.Join(" and ", names.Order(StringComparer.Ordinal))} are one parameter, which cannot be compressed for one layer and not for another; give each layer weights of its own, or call one layer twice.");
            }
        }
    }

    /// <summary>The names of the parameters that lie in the memory of another one, or of a buffer.</summary>
    /// <remarks>To be asked on the processor: a move to another device takes them apart there, and leaves them as they are wherever the plan will run.</remarks>
    public static IReadOnlySet<string> Overlapping(nn.Module network)
    {
        Held[] held = [.. network.named_modules().Prepend((name: "", module: network)).SelectMany(pair => Of(pair.name, pair.module, isWeight: false))];
        return held.Where(one => Array.Exists(held, other => other.Handle != one.Handle && one.Start < other.End && other.Start < one.End)).Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
    }

    private static IEnumerable<Held> Of(string module, nn.Module owner, bool isWeight) =>
        owner.named_parameters(recurse: false).Select(pair => (pair.name, Value: (Tensor)pair.parameter))
            .Concat(owner.named_buffers(recurse: false).Select(pair => (pair.name, Value: pair.buffer)))
            .Where(pair => pair.Value.numel() > 0 && TraceTensors.StorageOf(pair.Value.Handle) != 0)
            .Select(pair =>
            {
                var fault = pair.Value.shape.Zip(pair.Value.stride()).Any(side => side.First > 1 && side.Second == 0) ? "holds one value in many places, so that it cannot be loaded"
                    : isWeight && !pair.Value.is_contiguous() ? "is a view of other values, such as a transposed tensor"
                    : null;
                var (first, reach) = (pair.Value.storage_offset(), pair.Value.shape.Zip(pair.Value.stride(), (side, stride) => (side - 1) * stride).Sum());
                return new Held(pair.Value.Handle, module.Length > 0 ? $"{module}.{pair.name}" : pair.name, TraceTensors.StorageOf(pair.Value.Handle) + (first * pair.Value.ElementSize), (reach + 1) * pair.Value.ElementSize, isWeight, pair.Value.device_type == DeviceType.CPU, fault);
            });

    private sealed record Held(IntPtr Handle, string Name, long Start, long Length, bool IsWeight, bool IsOnProcessor, string? Fault)
    {
        public long End => Start + Length;
    }
}
