using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Data;

/// <summary>Mean and variance of some values.</summary>
/// <param name="Count">How many they are.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Variance">The mean of their squared distances from it.</param>
internal readonly record struct ChannelMoments(double Count, double Mean, double Variance)
{
    /// <summary>The standard deviation.</summary>
    public double Deviation => Math.Sqrt(Variance);

    /// <summary>Measures values, in double precision.</summary>
    public static ChannelMoments Of(Tensor values)
    {
        using var scope = NewDisposeScope();
        var precise = values.to(ScalarType.Float64);
        var mean = precise.mean();
        return new ChannelMoments(values.numel(), mean.item<double>(), precise.sub(mean).square().mean().item<double>());
    }

    /// <summary>Those of two parts together (Chan, Golub and LeVeque, 1979).</summary>
    public static ChannelMoments Together(ChannelMoments one, ChannelMoments other)
    {
        var count = one.Count + other.Count;
        var (share, between) = (other.Count / count, other.Mean - one.Mean);
        return new ChannelMoments(
            count,
            one.Mean + (between * share),
            (one.Variance * (1 - share)) + (other.Variance * share) + (between * between * share * (1 - share)));
    }
}
