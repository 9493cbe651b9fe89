using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>What the smallest steps away from decisions would do: how much hangs on each.</summary>
internal static class NearbySteps
{
    /// <summary>One step cheaper or dearer of each layer's weights, activations and filters, in the order of layers.</summary>
    /// <param name="network">The network.</param>
    /// <param name="decisions">Where the steps start.</param>
    /// <param name="effects">Gathered under these decisions.</param>
    public static IReadOnlyList<RunStep> Of(CompressedNetwork network, IReadOnlyList<LayerDecision> decisions, DecisionEffects effects)
    {
        var (moves, costs) = (new DecisionMoves(network), new CostCache(network));
        var now = costs.Of(decisions)[CostKind.Leading];
        int[] layers = [.. Enumerable.Range(0, network.Layers.Count)];
        return
        [
            .. moves.Cheaper(decisions, layers).Concat(moves.Dearer(decisions, layers))
                .OrderBy(move => move.Layers[0])
                .Select(Step)
                .Where(step => double.IsFinite(step.Loss) && double.IsFinite(step.Noise)),
        ];

        RunStep Step(DecisionMove move)
        {
            var after = move.From(decisions);
            var (loss, noise) = effects.Weigh(after);
            var (layer, to) = (move.Layers[0], after[move.Layers[0]]);
            return new(network.Layers[layer].Layer.Shape.Name, move.Layers.Count - 1, to.WeightBits, to.ActivationBits, to.KeptFilters, loss, noise, costs.Of(after)[CostKind.Leading] - now);
        }
    }
}
