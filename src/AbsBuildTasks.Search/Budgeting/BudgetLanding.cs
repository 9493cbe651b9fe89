using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>
/// Brings decisions within a budget's limits on cost: while they cost too much the step that harms least for what it
/// saves, and then, with what is left, the steps that help most, and finer grids as far as they go.
/// </summary>
/// <remarks>
/// A finer grid has all the values of a coarser one, so what it harms at once, as weights have settled on the coarser one,
/// fine-tuning more than brings back (docs/results.md). A filter that was pruned has weights that the others have learned to do without: it
/// comes back only where it helps at once.
/// </remarks>
/// <param name="network">The network under compression.</param>
/// <param name="budget">Its limits are within the <see cref="ReachableRange"/>.</param>
/// <param name="loss">Measures decisions: a loss over a fixed set of examples.</param>
/// <param name="effort">How far to measure; null for as far as it goes.</param>
internal sealed class BudgetLanding(CompressedNetwork network, Budget budget, Func<IReadOnlyList<LayerDecision>, double> loss, LandingEffort? effort = null)
{
    // What a step costs that adds nothing to what is limited, so that it still has a score.
    private const double Free = 1e-12;

    // Walks down plateaus of time share one walk's effort: this much of it is the first one's, as much of the rest the next one's, and so on.
    private const double FirstOfTime = 0.75;

    private readonly PerCost<long> _full = NetworkCost.FullPrecision(network);
    private readonly CostKind[] _limited = CostKind.All.Any(kind => budget.Limits[kind].IsSet) ? [.. CostKind.All.Where(kind => budget.Limits[kind].IsSet)] : [CostKind.Leading];
    private readonly DecisionWalk _walk = new(network, loss, effort);
    private readonly DecisionMoves _moves = new(network);

    /// <summary>Decisions within the limits, near those given where such are found.</summary>
    public IReadOnlyList<LayerDecision> Land(IReadOnlyList<LayerDecision> decisions)
    {
        var better = _walk.Walk(Descend(decisions), new(_moves.Dearer, _ => true, Gain));
        return _walk.Walk(better, new(_moves.Finer, _ => true, Spent)).Decisions;
    }

    /// <summary>
    /// Decisions within the limits that keep the network good, at the least leading cost that takes; the best within
    /// the limits where none is good.
    /// </summary>
    /// <param name="decisions">Where to start.</param>
    /// <param name="isGood">Whether the network does well enough under decisions.</param>
    public IReadOnlyList<LayerDecision> Land(IReadOnlyList<LayerDecision> decisions, Predicate<IReadOnlyList<LayerDecision>> isGood)
    {
        var known = new Dictionary<DecisionWalk.State, bool>(ReferenceEqualityComparer.Instance);
        var good = _walk.Walk(Descend(decisions), new(_moves.Dearer, _ => true, Gain) { IsDone = IsGood });
        return IsGood(good)
            ? _walk.Walk(good, new(_moves.Cheaper, _ => true, SavedWithin) { Holds = IsGood }).Decisions
            : good.Decisions;

        bool IsGood(DecisionWalk.State state) => known.TryGetValue(state, out var answer) ? answer : known[state] = isGood(state.Decisions);
    }

    private bool Allows(PerCost<long> cost) => CostKind.All.All(kind => Allows(cost, kind));

    private bool Allows(PerCost<long> cost, CostKind kind) => budget.Limits[kind].Allows(cost[kind], _full[kind]);

    private DecisionWalk.State Descend(IReadOnlyList<LayerDecision> decisions)
    {
        var (isTimed, state) = (budget.Limits[CostKind.Latency].IsSet, _walk.Measure(decisions));
        var goal = new WalkGoal(
            isTimed ? _moves.Faster : _moves.Cheaper,
            state => !Allows(state.Cost),
            (before, after) => Saved(before, after, CostKind.All.Where(kind => !Allows(before.Cost, kind))));
        if (isTimed)
        {
            // Steps that save nothing are not looked at again on a walk, though other steps may have led off a plateau of time.
            DecisionWalk.State last;
            var share = 1.0;
            do
            {
                (last, state) = (state, _walk.Walk(state, goal, share * FirstOfTime));
                share *= 1 - FirstOfTime;
            }
            while (!Allows(state.Cost) && !ReferenceEquals(state, last));
        }
        else
        {
            state = _walk.Walk(state, goal);
        }

        // Which filters stay may matter, as where results stand beside each other: only the first ones of each layer surely reach it.
        return Allows(state.Cost)
            ? state
            : _walk.Measure(ReachableRange.Cheapest(network).FirstOrDefault(cheapest => Allows(NetworkCost.Of(network, cheapest))) ?? ReachableRange.Smallest(network));
    }

    /// <summary>Loss gained per cost saved, in logarithms of what is too dear; null where nothing is saved.</summary>
    private double? Saved(DecisionWalk.State before, DecisionWalk.State after, IEnumerable<CostKind> kinds)
    {
        var saved = Ratio(before.Cost, after.Cost, kinds);
        return saved > 0 ? (after.Loss - before.Loss) / saved : null;
    }

    /// <summary>Loss gained per leading cost saved; null where none is saved or a limit is passed, as where integers are slower.</summary>
    private double? SavedWithin(DecisionWalk.State before, DecisionWalk.State after) => Allows(after.Cost) ? Saved(before, after, [CostKind.Leading]) : null;

    /// <summary>Loss gained, a negative number, per cost added to what is limited; null where the loss does not fall or a limit is passed.</summary>
    private double? Gain(DecisionWalk.State before, DecisionWalk.State after) =>
        after.Cost != before.Cost && Allows(after.Cost) && after.Loss < before.Loss
            ? (after.Loss - before.Loss) / Math.Max(Free, Added(before, after))
            : null;

    /// <summary>Loss gained per cost added to what is limited; null where nothing is added, a limit is passed or the network breaks.</summary>
    private double? Spent(DecisionWalk.State before, DecisionWalk.State after) =>
        Allows(after.Cost) && after.Loss < DecisionWalk.Worst && Added(before, after) is > 0 and var added ? (after.Loss - before.Loss) / added : null;

    private double Added(DecisionWalk.State before, DecisionWalk.State after) =>
        Ratio(after.Cost, before.Cost, _limited);

    // Of what is decided on: with what is left alone on both sides, steps would look alike.
    private double Ratio(PerCost<long> over, PerCost<long> under, IEnumerable<CostKind> kinds) =>
        kinds.Where(kind => under[kind] > network.RestCost[kind]).Sum(kind => Math.Log((double)(over[kind] - network.RestCost[kind]) / (under[kind] - network.RestCost[kind])));
}
