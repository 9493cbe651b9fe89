using AbsBuildTasks.Search.Gates;
using AbsBuildTasks.Search.Structure;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Compression;

/// <summary>
/// The gates of one layer's filters: a group of filters stays while its mean |w|, relative to the layer's, exceeds a
/// trainable threshold.
/// </summary>
internal sealed class FilterGates : IDisposable
{
    // Thresholds start just below the weakest group, so that pruning is a choice from the first step on.
    private const double InitialShare = 0.9;

    // A layer pruned to a sliver ends the flow of information through the network and does not come back.
    private const double LeastShare = 0.125;

    private readonly WeightedLayer _layer;
    private readonly Tensor _groupOf;

    /// <summary>Creates the gates of a layer, all open.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="groupSize">Filters that stay or go together, in index order.</param>
    /// <param name="canPrune">Whether filters may be pruned at all.</param>
    public FilterGates(WeightedLayer layer, int groupSize, bool canPrune)
    {
        _layer = layer;
        CanPrune = canPrune;
        GroupSize = groupSize;
        var filters = layer.Shape.Filters;
        Groups = (filters + groupSize - 1) / groupSize;
        LeastGroups = Math.Max(1, (int)Math.Ceiling(Groups * LeastShare));
        _groupOf = tensor(Enumerable.Range(0, filters).Select(filter => (long)(filter / groupSize)).ToArray(), device: layer.Weight.device).DetachFromDisposeScope();
        Threshold = canPrune ? new Parameter(zeros([], device: layer.Weight.device)).Detached() : null;
    }

    /// <summary>Whether filters may be pruned at all.</summary>
    public bool CanPrune { get; }

    /// <summary>α_p, <c>[]</c>; null where nothing may be pruned.</summary>
    public Parameter? Threshold { get; }

    /// <summary>The number of groups.</summary>
    public int Groups { get; }

    /// <summary>The number of groups that always stay.</summary>
    public int LeastGroups { get; }

    /// <summary>Filters of a group; the last group may have fewer.</summary>
    public int GroupSize { get; }

    /// <summary>Sets the threshold by the weights as they are.</summary>
    public void Calibrate()
    {
        using var noGradient = no_grad();
        _ = Threshold?.copy_(Norms().min().mul(InitialShare));
    }

    /// <summary>Mean |w| of each group relative to the layer's, <c>[groups]</c>, with gradients to the weight.</summary>
    public Tensor Norms()
    {
        var filters = _layer.Weight.abs().flatten(1).mean([1]);
        var sums = zeros([Groups], dtype: filters.dtype, device: filters.device).index_add(0, _groupOf, filters, 1);
        var sizes = zeros_like(sums).index_add(0, _groupOf, ones_like(filters), 1);
        return sums.div(sizes).div(filters.mean().detach().clamp_min(1e-12));
    }

    /// <summary>The gates, <c>[filters]</c>, with gradients to threshold and weight.</summary>
    public Tensor Open()
    {
        if (Threshold is null)
        {
            return ones_like(_groupOf, dtype: _layer.Weight.dtype);
        }

        // The strongest groups stay however far the threshold has risen.
        var norms = Norms();
        var (values, _) = norms.detach().topk(LeastGroups);
        var floor = values[^1].mul(1 - 1e-6);
        return ThresholdGate.Open(norms, minimum(Threshold, floor)).index_select(0, _groupOf);
    }

    /// <summary>For each filter whether the gates keep it at the moment.</summary>
    public bool[] Kept()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return [.. Open().cpu().to(ScalarType.Float32).data<float>().ToArray().Select(gate => gate > 0.5f)];
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _groupOf.Dispose();
        Threshold?.Dispose();
    }
}
