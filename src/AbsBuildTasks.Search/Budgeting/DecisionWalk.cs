using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>Changes decisions step by step, always by the step of the lowest score that the measured loss gives.</summary>
/// <remarks>
/// Where the last training step left the gates is a matter of chance; a measured loss is not. Scores go stale as other
/// decisions change, so only the best one is measured again before it counts (lazy greedy): about one measurement per
/// layer and step kind, and few for each step taken.
/// </remarks>
/// <param name="network">The network under compression.</param>
/// <param name="loss">Measures decisions: a loss over a fixed set of examples.</param>
internal sealed class DecisionWalk(CompressedNetwork network, Func<IReadOnlyList<LayerDecision>, double> loss)
{
    /// <summary>The loss of decisions that break the network; finite, as scores are made of differences.</summary>
    public const double Worst = 1e30;

    /// <summary>The steps a layer may take from a decision.</summary>
    public delegate IEnumerable<LayerDecision> Moves(LayerCompressor layer, LayerDecision decision);

    /// <summary>Measures decisions.</summary>
    /// <remarks>Decisions that break the network, so that its loss is no number, are the worst of all.</remarks>
    public State Measure(IReadOnlyList<LayerDecision> decisions)
    {
        var measured = loss(decisions);
        return new State(decisions, NetworkCost.Of(network, decisions), double.IsFinite(measured) ? measured : Worst);
    }

    /// <summary>Takes the best step again and again.</summary>
    /// <param name="state">Where to start.</param>
    /// <param name="moves">The steps there are.</param>
    /// <param name="goOn">Whether another step is wanted.</param>
    /// <param name="score">Scores a step by the states before and after it, the lowest being the best; null for one that may not be taken.</param>
    public State Walk(State state, Moves moves, Predicate<State> goOn, Func<State, State, double?> score)
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
                if (score(state, after) is { } value)
                {
                    queue.Enqueue(new Step(layer, state.Decisions[layer], to, state, after), value);
                }
            }
        }
    }

    /// <summary>Decisions, what they cost, and how well the network does under them.</summary>
    public sealed record State(IReadOnlyList<LayerDecision> Decisions, PerCost<long> Cost, double Loss);

    /// <summary>A step of one layer, measured from a state that may have passed.</summary>
    private sealed record Step(int Layer, LayerDecision From, LayerDecision To, State Before, State After);
}
