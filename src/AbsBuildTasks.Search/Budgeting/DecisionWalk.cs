using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>Changes decisions step by step, always by the step of the lowest score that the measured loss gives.</summary>
/// <remarks>
/// <para>Where the last training step left the gates is a matter of chance; a measured loss is not. Scores go stale as other
/// decisions change, so only the best one is measured again before it counts (lazy greedy): about one measurement per
/// layer and step kind, and few for each step taken.</para>
/// <para>That grows with the number of layers, and so does each measurement. Where it goes beyond an effort, steps are taken
/// in rounds (<see cref="EstimatedWalk"/>).</para>
/// </remarks>
/// <param name="network">The network under compression.</param>
/// <param name="loss">Measures decisions: a loss over a fixed set of examples.</param>
/// <param name="effort">How far to measure; null for as far as it goes.</param>
internal sealed class DecisionWalk(CompressedNetwork network, Func<IReadOnlyList<LayerDecision>, double> loss, LandingEffort? effort = null)
{
    /// <summary>The loss of decisions that break the network; finite, as scores are made of differences.</summary>
    public const double Worst = 1e30;

    // Up to three kinds of steps, and as many again for the steps that are taken.
    private const int MeasurementsPerLayer = 6;

    private readonly CostCache _costs = new(network);

    /// <summary>The steps that may be taken from decisions, of some layers and of all that are decided with them.</summary>
    public delegate IEnumerable<DecisionMove> Moves(IReadOnlyList<LayerDecision> decisions, IReadOnlyList<int> layers);

    /// <summary>Measures decisions.</summary>
    /// <remarks>Decisions that break the network, so that its loss is no number, are the worst of all.</remarks>
    public State Measure(IReadOnlyList<LayerDecision> decisions) => StateOf(decisions, loss(decisions));

    /// <summary>Takes the best step again and again.</summary>
    /// <param name="state">Where to start.</param>
    /// <param name="goal">Which steps are wanted.</param>
    /// <param name="share">The share of the effort that this walk may use.</param>
    public State Walk(State state, WalkGoal goal, double share = 1)
    {
        if (!goal.GoesOn(state))
        {
            return state;
        }

        // Of few layers each step is measured, however far the way is: that is bounded, too.
        var usual = MeasurementsPerLayer * network.Layers.Count;
        if (effort is null || (usual <= LandingEffort.Least && usual <= effort.Measurements))
        {
            return Greedy(state, goal.Measured, Measure, _ => true).LastOrDefault(state);
        }

        // Where steps turn out to be many, rounds have the other half of the effort to go the rest of the way.
        var left = (int)(effort.Measurements * share);
        var half = left / 2;
        if (usual * goal.Measurements <= half)
        {
            state = Greedy(state, goal.Measured, Counted, _ => left > half).LastOrDefault(state);
            if (left > half)
            {
                return state;
            }
        }

        return new EstimatedWalk(network, this, effort, left).Walk(state, goal);

        State Counted(IReadOnlyList<LayerDecision> decisions)
        {
            left -= goal.Measurements;
            return Measure(decisions);
        }
    }

    /// <summary>Takes the best step again and again, by any measure.</summary>
    /// <param name="state">Where to start.</param>
    /// <param name="goal">Which steps are wanted.</param>
    /// <param name="measure">Measures decisions.</param>
    /// <param name="goOn">Whether another step may be looked for, after so many.</param>
    /// <returns>The state after each step.</returns>
    public IReadOnlyList<State> Greedy(State state, WalkGoal goal, Func<IReadOnlyList<LayerDecision>, State> measure, Predicate<int> goOn)
    {
        var path = new List<State>();
        var queue = new PriorityQueue<Step, double>();
        Offer(goal.Moves(state.Decisions, [.. Enumerable.Range(0, network.Layers.Count)]));
        while (goOn(path.Count) && goal.IsWanted(state) && queue.TryDequeue(out var step, out _))
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
            path.Add(state);
            Offer(goal.Moves(state.Decisions, step.Move.Layers));
        }

        return path;

        void Offer(IEnumerable<DecisionMove> some)
        {
            foreach (var move in some)
            {
                var after = measure(move.From(state.Decisions));
                if (goal.Score(state, after) is { } value)
                {
                    queue.Enqueue(new Step(move, state, after), value);
                }
            }
        }
    }

    /// <summary>Decisions with what they cost.</summary>
    /// <param name="decisions">One for each layer.</param>
    /// <param name="measured">How well the network does under them, measured or estimated.</param>
    public State StateOf(IReadOnlyList<LayerDecision> decisions, double measured) =>
        new(decisions, _costs.Of(decisions), double.IsFinite(measured) ? measured : Worst);

    /// <summary>Decisions, what they cost, and how well the network does under them.</summary>
    public sealed record State(IReadOnlyList<LayerDecision> Decisions, PerCost<long> Cost, double Loss);

    /// <summary>A step, measured from a state that may have passed.</summary>
    private sealed record Step(DecisionMove Move, State Before, State After);
}
