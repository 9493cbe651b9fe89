using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>
/// Brings decisions onto a budget: while they cost too much the step that harms least for what it saves, and then,
/// with what is left, the steps that help most.
/// </summary>
/// <remarks>Where the last training step left the gates is a matter of chance; a measured loss is not.</remarks>
/// <param name="network">The network under compression.</param>
/// <param name="budget">Bit-operations at most, relative to full precision.</param>
/// <param name="loss">Measures decisions: a loss over a fixed set of examples.</param>
internal sealed class BudgetLanding(CompressedNetwork network, double budget, Func<IReadOnlyList<LayerDecision>, double> loss)
{
    private readonly double _full = network.Layers.Sum(layer => layer.Layer.Shape.FullPrecisionBops);

    /// <summary>Decisions within the budget, near those given.</summary>
    /// <remarks>The budget must be within the network's <see cref="ReachableRange"/>.</remarks>
    public IReadOnlyList<LayerDecision> Land(IReadOnlyList<LayerDecision> decisions)
    {
        var state = Measure(decisions);
        while (state.Cost > budget && Best(state, LayerMoves.Cheaper, _ => true) is { } cheaper)
        {
            state = cheaper;
        }

        while (Best(state, LayerMoves.Dearer, after => after.Cost <= budget && after.Loss < state.Loss) is { } better)
        {
            state = better;
        }

        return state.Decisions;
    }

    /// <summary>The step with the least loss gained per cost saved, or the most loss saved per cost gained.</summary>
    private State? Best(State before, Func<LayerCompressor, LayerDecision, IEnumerable<LayerDecision>> moves, Predicate<State> allowed) =>
        network.Layers
            .SelectMany((layer, i) => moves(layer, before.Decisions[i]).Select(move => Measure(Replaced(before.Decisions, i, move))))
            .Where(after => after.Cost != before.Cost && allowed(after))
            .MinBy(after => (after.Loss - before.Loss) / Math.Abs(Math.Log(before.Cost / after.Cost)));

    private State Measure(IReadOnlyList<LayerDecision> decisions) =>
        new(decisions, DecisionCost.TotalBops(network, decisions) / _full, loss(decisions));

    private static LayerDecision[] Replaced(IReadOnlyList<LayerDecision> decisions, int layer, LayerDecision decision)
    {
        var replaced = decisions.ToArray();
        replaced[layer] = decision;
        return replaced;
    }

    private sealed record State(IReadOnlyList<LayerDecision> Decisions, double Cost, double Loss);
}
