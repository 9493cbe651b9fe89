using AbsBuildTasks.Search.Compression;
using State = AbsBuildTasks.Search.Budgeting.DecisionWalk.State;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>
/// Changes decisions in rounds: gradients tell what every step would change of the loss, the best ones are taken together,
/// and what they come to is measured. The number of rounds does not depend on how many layers there are.
/// </summary>
/// <remarks>
/// The first round estimates the whole way, and each takes an even part of it, so that the last estimates are taken near the
/// end. Where the loss rises by far more than was estimated, fewer of the steps are taken.
/// </remarks>
/// <param name="network">The network under compression.</param>
/// <param name="walk">Measures.</param>
/// <param name="effort">Estimates, and remembers.</param>
/// <param name="measurements">How often it may measure.</param>
internal sealed class EstimatedWalk(CompressedNetwork network, DecisionWalk walk, LandingEffort effort, int measurements)
{
    // A round looks at a state or two where all goes as estimated.
    private const int StatesOfRound = 2;

    // Estimates are good to about a factor of two; what is beyond that and a half comes from steps that should not be taken together.
    private const double Tolerance = 3;

    private readonly HashSet<RefusedStep> _refused = [];
    private (State From, Func<IReadOnlyList<LayerDecision>, double> Change)? _estimate;
    private State? _paid;
    private int _left = measurements;
    private int _stepsOfRound = int.MaxValue;

    /// <summary>Takes steps until none is wanted, or the effort is used up.</summary>
    /// <param name="state">A measured state.</param>
    /// <param name="goal">Which steps are wanted.</param>
    public State Walk(State state, WalkGoal goal)
    {
        while (_left > 0 && goal.GoesOn(state))
        {
            var from = state;
            var round = effort.Memo.Round(() => Round(from, goal));
            if (round.IsLast)
            {
                break;
            }

            // A round that comes from the memo leaves what it left when it was taken: also the estimate that it has paid for.
            (_left, _stepsOfRound) = (round.Left, round.Steps);
            _paid = from;
            _ = round.Refused is { } step && _refused.Add(step);
            state = round.Decisions is { } decisions ? walk.StateOf(decisions, round.Loss) : state;
        }

        return state;
    }

    private WalkRound Round(State state, WalkGoal goal)
    {
        if (!ReferenceEquals(_estimate?.From, state))
        {
            _left -= ReferenceEquals(_paid, state) ? 0 : LandingEffort.CostOfEstimate;
            if (effort.Estimate(state.Decisions) is not { } estimated)
            {
                // However long it takes.
                var measured = walk.Greedy(state, goal.Measured, walk.Measure, _ => true);
                return measured.Count == 0 ? Stay() : new(measured[^1].Decisions, measured[^1].Loss, 0, null, _stepsOfRound);
            }

            _estimate = (state, estimated);
        }

        var change = _estimate!.Value.Change;
        var allowed = goal with { Moves = (decisions, layers) => goal.Moves(decisions, layers).Where(move => !_refused.Contains(RefusedStep.Of(network, move))) };
        var rounds = Math.Max(1, _left / (LandingEffort.CostOfEstimate + (StatesOfRound * goal.Measurements)));
        var most = rounds > 1 ? _stepsOfRound : int.MaxValue;
        var path = Way(allowed, most);

        // What the goal needs is taken whatever it harms, where it is reached by no other way.
        var isNeeded = false;
        if (_refused.Count > 0 && path.Count < most && goal.IsWanted(path.LastOrDefault(state)))
        {
            var whole = Way(goal, int.MaxValue);
            isNeeded = !goal.IsWanted(whole.LastOrDefault(state));
            path = isNeeded ? whole : path;
        }

        if (path.Count == 0)
        {
            return Stay();
        }

        // The first round has seen the whole way; each takes as much of it as the others.
        _stepsOfRound = most == int.MaxValue ? (path.Count + rounds - 1) / rounds : most;
        return Take(state, path, Math.Min(_stepsOfRound, path.Count), isBound: isNeeded || rounds == 1, goal);

        IReadOnlyList<State> Way(WalkGoal by, int longest) => walk.Greedy(state, by, decisions => walk.StateOf(decisions, state.Loss + change(decisions)), steps => steps < longest);
    }

    /// <summary>
    /// Takes the first part of a way that keeps what was estimated, or is bound to be taken; refuses its first step where
    /// that does not.
    /// </summary>
    private WalkRound Take(State state, IReadOnlyList<State> path, int steps, bool isBound, WalkGoal goal)
    {
        for (; ; steps = (steps + 1) / 2)
        {
            _left -= goal.Measurements;
            var next = walk.Measure(path[steps - 1].Decisions);
            var keeps = goal.Holds?.Invoke(next) ?? (isBound || next.Loss - state.Loss <= Tolerance * Estimated(state, path, steps));
            if (keeps && goal.Score(state, next) is not null)
            {
                return new(next.Decisions, next.Loss, _left, null, _stepsOfRound);
            }

            if (steps == 1 || _left <= 0)
            {
                return Stay(RefusedStep.Of(network, state.Decisions, path[0].Decisions));
            }
        }
    }

    private WalkRound Stay(RefusedStep? refused = null) => new(null, 0, _left, refused, _stepsOfRound);

    private static double Estimated(State state, IReadOnlyList<State> path, int steps)
    {
        var sum = 0.0;
        for (var i = 0; i < steps; i++)
        {
            sum += Math.Abs(path[i].Loss - (i == 0 ? state : path[i - 1]).Loss);
        }

        return sum;
    }
}
