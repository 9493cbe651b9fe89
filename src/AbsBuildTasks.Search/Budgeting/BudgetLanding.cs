using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>
/// Brings decisions onto a budget: while they cost too much the step that harms least for what it saves, and then,
/// with what is left, the steps that help most.
/// </summary>
/// <remarks>
/// Where the last training step left the gates is a matter of chance; a measured loss is not. Scores go stale as other
/// decisions change, so only the best one is measured again before it counts (lazy greedy): about one measurement per
/// layer and step kind, and few for each step taken.
/// </remarks>
/// <param name="network">The network under compression.</param>
/// <param name="budget">Bit-operations at most, relative to full precision; within the <see cref="ReachableRange"/>.</param>
/// <param name="loss">Measures decisions: a loss over a fixed set of examples.</param>
internal sealed class BudgetLanding(CompressedNetwork network, double budget, Func<IReadOnlyList<LayerDecision>, double> loss)
{
    private readonly double _full = network.Layers.Sum(layer => layer.Layer.Shape.FullPrecisionBops);

    /// <summary>Decisions within the budget, near those given where such are found.</summary>
    public IReadOnlyList<LayerDecision> Land(IReadOnlyList<LayerDecision> decisions)
    {
        var state = Walk(Measure(decisions), LayerMoves.Cheaper, state => state.Cost > budget, (_, _) => true);
        if (state.Cost > budget)
        {
            // Each layer kept its own strongest filters, and a sum of layers all of them: only the same ones reach it.
            state = Measure(ReachableRange.Smallest(network));
        }

        return Walk(state, LayerMoves.Dearer, _ => true, (before, after) => after.Cost <= budget && after.Loss < before.Loss).Decisions;
    }

    /// <summary>Takes the best step again and again: least loss gained per cost saved, or most saved per cost gained.</summary>
    private State Walk(
        State state,
        Func<LayerCompressor, LayerDecision, IEnumerable<LayerDecision>> moves,
        Predicate<State> goOn,
        Func<State, State, bool> allowed)
    {
        var queue = new PriorityQueue<Step, double>();
        for (var layer = 0; layer < network.Layers.Count; layer++)
        {
            Offer(layer);
        }

        while (goOn(state) && queue.TryDequeue(out var step, out _))
        {
            if (!ReferenceEquals(step.From, state.Decisions[step.Layer]))
            {
                continue;
            }

            if (!ReferenceEquals(step.Before, state))
            {
                Offer(step.Layer, step.To);
                continue;
            }

            state = step.After;
            Offer(step.Layer);
        }

        return state;

        void Offer(int layer, LayerDecision? only = null)
        {
            foreach (var to in only is null ? moves(network.Layers[layer], state.Decisions[layer]) : [only])
            {
                var decisions = state.Decisions.ToArray();
                decisions[layer] = to;
                var after = Measure(decisions);
                if (after.Cost != state.Cost && allowed(state, after))
                {
                    var score = (after.Loss - state.Loss) / Math.Abs(Math.Log(state.Cost / after.Cost));
                    queue.Enqueue(new Step(layer, state.Decisions[layer], to, state, after), score);
                }
            }
        }
    }

    private State Measure(IReadOnlyList<LayerDecision> decisions) =>
        new(decisions, DecisionCost.TotalBops(network, decisions) / _full, loss(decisions));

    private sealed record State(IReadOnlyList<LayerDecision> Decisions, double Cost, double Loss);

    /// <summary>A step of one layer, measured from a state that may have passed.</summary>
    private sealed record Step(int Layer, LayerDecision From, LayerDecision To, State Before, State After);
}
