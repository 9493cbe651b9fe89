using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>
/// What a whole network costs under decisions, one after the other, of which most differ in bitwidths alone: what pruning
/// leaves of each layer is found once for the same filters.
/// </summary>
/// <param name="network">The network.</param>
internal sealed class CostCache(CompressedNetwork network)
{
    // Those that steps start from, and some of those that prune.
    private const int Most = 4;

    private readonly List<(IReadOnlyList<LayerDecision> Decisions, IReadOnlyList<CompressedLayer> Layers)> _latest = [];

    /// <summary>The costs of decisions.</summary>
    /// <param name="decisions">One for each layer.</param>
    public PerCost<long> Of(IReadOnlyList<LayerDecision> decisions)
    {
        CompressedLayer[] layers = [.. Pruned(decisions).Zip(decisions, (layer, decision) => layer with { WeightBits = decision.WeightBits, ActivationBits = decision.ActivationBits })];
        return NetworkCost.Of(network, layers);
    }

    private IReadOnlyList<CompressedLayer> Pruned(IReadOnlyList<LayerDecision> decisions)
    {
        var index = _latest.FindIndex(known => Enumerable.Range(0, decisions.Count).All(i => ReferenceEquals(known.Decisions[i].Kept, decisions[i].Kept)));
        var found = index < 0 ? (Decisions: decisions, Layers: DecisionCost.Compressed(network, decisions)) : _latest[index];
        _ = _latest.Remove(found);
        _latest.Insert(0, found);
        if (_latest.Count > Most)
        {
            _latest.RemoveAt(Most);
        }

        return found.Layers;
    }
}
