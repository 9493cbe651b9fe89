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

    /// <summary>The steps that may be taken from decisions, of some layers and of all that are decided with them.</summary>
    public delegate IEnumerable<DecisionMove> Moves(IReadOnlyList<LayerDecision> decisions, IReadOnlyList<int> layers);

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
        Offer(moves(state.Decisions, [.. Enumerable.Range(0, network.Layers.Count)]));
        while (goOn(state) && queue.TryDequeue(out var step, out _))
        {
            if (!step.Move.Fits(state.Decisions))
            {
                continue;
            }

            if (!ReferenceEquals(step.Before, state))
            {
                Offer([step.Move]);
                continue;
            }

            state = step.After;
            Offer(moves(state.Decisions, step.Move.Layers));
        }

        return state;

        void Offer(IEnumerable<DecisionMove> some)
        {
            foreach (var move in some)
            {
                var after = Measure(move.From(state.Decisions));
                if (score(state, after) is { } value)
                {
                    queue.Enqueue(new Step(move, state, after), value);
                }
            }
        }
    }

    /// <summary>Decisions, what they cost, and how well the network does under them.</summary>
    public sealed record State(IReadOnlyList<LayerDecision> Decisions, PerCost<long> Cost, double Loss);

    /// <summary>A step, measured from a state that may have passed.</summary>
    private sealed record Step(DecisionMove Move, State Before, State After);
}
