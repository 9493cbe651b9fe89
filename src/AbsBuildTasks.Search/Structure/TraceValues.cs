using AbsBuildTasks.Search.Kernels;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Structure;

/// <summary>What stands in place of results in a trace.</summary>
internal static class TraceValues
{
    /// <summary>A tensor of the shape of a result, of all examples.</summary>
    public static Tensor Like(Tensor output, long? examples) =>
        examples is { } count ? empty([count, .. output.shape[1..]], dtype: output.dtype, device: output.device) : output;

    /// <summary>The values with a shift for each channel that depends on all its values, as a normalisation's result does.</summary>
    /// <param name="values">Any shape.</param>
    /// <param name="always">For each channel whether it is shifted even where it is zero.</param>
    /// <param name="channelDimension">The dimension that counts channels.</param>
    /// <param name="onlyWhereLit">Whether other channels are shifted where they are not zero, or not at all.</param>
    public static Tensor Shifted(Tensor values, bool[] always, int channelDimension, bool onlyWhereLit)
    {
        using var scope = NewDisposeScope();
        var flags = tensor(always, device: values.device);
        var channels = Channels.Rows(values, channelDimension);
        flags = onlyWhereLit ? flags.logical_or(channels.ne(0).any(1)) : flags;
        var shift = channels.mean([1]).mul_(0.37).add_(0.71);
        return values.add(where(flags, shift, zeros_like(shift)).Along(values, channelDimension)).MoveToOuterDisposeScope();
    }
}
