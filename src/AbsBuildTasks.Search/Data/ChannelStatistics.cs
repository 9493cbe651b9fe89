using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Data;

/// <summary>Mean and standard deviation of each channel, for bringing inputs to mean 0 and deviation 1.</summary>
public sealed class ChannelStatistics
{
    // Of inputs that are read batch by batch.
    private const int BatchSize = 256;

    /// <summary>Takes known statistics, such as published ones.</summary>
    /// <param name="mean">The mean of each channel, finite.</param>
    /// <param name="deviation">The standard deviation of each channel, finite and above 0.</param>
    /// <exception cref="AbsException">ABS2005: not one of each for every channel, or out of range.</exception>
    public ChannelStatistics(IReadOnlyList<double> mean, IReadOnlyList<double> deviation)
    {
        if (mean.Count == 0 || mean.Count != deviation.Count || !mean.All(double.IsFinite) || !deviation.All(value => value > 0 && double.IsFinite(value)))
        {
            throw new AbsException(AbsCodes.InvalidData, FormattableString.Invariant($"Channels cannot be normalised with {mean.Count} means and {deviation.Count} deviations of [{string.Join(", ", deviation)}]; give a finite mean and a deviation above 0 for each channel."));
        }

        Mean = [.. mean];
        Deviation = [.. deviation];
    }

    /// <summary>The mean of each channel.</summary>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>The standard deviation of each channel.</summary>
    public IReadOnlyList<double> Deviation { get; }

    /// <summary>Measures data: take the training part's statistics for the test part too.</summary>
    /// <param name="data">Inputs <c>[N, C, …]</c>; a column of a table is a channel.</param>
    /// <exception cref="AbsException">ABS2005: a channel is constant, or not finite.</exception>
    public static ChannelStatistics Of(LabelledData data)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var channels = Parts(data).Select(MomentsOf).Aggregate((all, more) => [.. all.Zip(more, ChannelMoments.Together)]);
        var constant = Array.FindIndex(channels, moments => !(moments.Deviation > 0 && double.IsFinite(moments.Deviation)));
        return constant < 0
            ? new ChannelStatistics([.. channels.Select(moments => moments.Mean)], [.. channels.Select(moments => moments.Deviation)])
            : throw new AbsException(AbsCodes.InvalidData, $"Channel {constant} has the same value everywhere, or values that are not finite, and cannot be brought to deviation 1; leave it out.");
    }

    private static IEnumerable<Tensor> Parts(LabelledData data) =>
        data.Streamed is null ? [data.Inputs] : Batches.InOrder(data, BatchSize).Select(batch => batch.Inputs[0]);

    private static ChannelMoments[] MomentsOf(Tensor part) =>
        [.. Enumerable.Range(0, checked((int)part.shape[1])).Select(channel => ChannelMoments.Of(part.select(1, channel)))];
}
