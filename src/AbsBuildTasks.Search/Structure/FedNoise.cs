using AbsBuildTasks.Search.Kernels;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Structure;

/// <summary>What weighted layers give instead of their results: the same noise in each run of a draw.</summary>
/// <param name="hasNan">Whether taints hold what is no number.</param>
internal sealed class FedNoise(bool hasNan)
{
    private readonly Dictionary<(int Layer, int Call, bool IsTaint), Tensor> _noise = [];

    /// <summary>What a layer gives in a call.</summary>
    /// <param name="draw">The noise.</param>
    /// <param name="layer">The layer's place in the order of calls.</param>
    /// <param name="call">Which of its calls.</param>
    /// <param name="feeds">What each filter gives.</param>
    /// <param name="output">The result that is replaced.</param>
    /// <param name="filterDimension">The dimension that counts its filters.</param>
    public Tensor Of(TraceDraw draw, int layer, int call, FilterFeed[] feeds, Tensor output, int filterDimension)
    {
        using var scope = NewDisposeScope();
        var result = NoiseOf(isTaint: false).mul(Flags(FilterFeed.Noise).to(output.dtype));
        if (feeds.Contains(FilterFeed.Taint))
        {
            result = where(Flags(FilterFeed.Taint), NoiseOf(isTaint: true), result);
        }

        return result.MoveToOuterDisposeScope();

        Tensor Flags(FilterFeed feed) => tensor(feeds.Select(filter => filter == feed).ToArray(), device: output.device).Along(output, filterDimension);

        Tensor NoiseOf(bool isTaint)
        {
            if (!_noise.TryGetValue((layer, call, isTaint), out var noise) || !noise.shape.SequenceEqual(output.shape))
            {
                noise?.Dispose();
                var place = (layer << 20) + call;
                noise = isTaint ? TraceNoise.Taint(draw, place, output, filterDimension, hasNan) : TraceNoise.Of(draw, place, output);
                _noise[(layer, call, isTaint)] = noise.DetachFromDisposeScope();
            }

            return noise;
        }
    }

    /// <summary>Forgets the noise, for another draw.</summary>
    public void Forget()
    {
        foreach (var noise in _noise.Values)
        {
            noise.Dispose();
        }

        _noise.Clear();
    }
}
