using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>A step that is not to be taken, by what its first layer would come to.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="WeightBits">What it would come to.</param>
/// <param name="ActivationBits">What it would come to.</param>
/// <param name="Filters">How many it would keep.</param>
internal sealed record RefusedStep(string Layer, int WeightBits, int ActivationBits, int Filters)
{
    /// <summary>A step.</summary>
    public static RefusedStep Of(CompressedNetwork network, DecisionMove move)
    {
        var (layer, _, to) = move.Changes.MinBy(change => change.Layer);
        return Of(network, layer, to);
    }

    /// <summary>The step from decisions to others.</summary>
    public static RefusedStep Of(CompressedNetwork network, IReadOnlyList<LayerDecision> before, IReadOnlyList<LayerDecision> after)
    {
        var layer = Enumerable.Range(0, before.Count).First(i => !ReferenceEquals(before[i], after[i]));
        return Of(network, layer, after[layer]);
    }

    private static RefusedStep Of(CompressedNetwork network, int layer, LayerDecision to) =>
        new(network.Layers[layer].Layer.Shape.Name, to.WeightBits, to.ActivationBits, to.KeptFilters);
}
