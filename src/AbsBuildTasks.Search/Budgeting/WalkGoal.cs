namespace AbsBuildTasks.Search.Budgeting;

/// <summary>Which steps a <see cref="DecisionWalk"/> takes, and how far.</summary>
/// <param name="Moves">The steps there are.</param>
/// <param name="IsWanted">Whether another step is wanted, by what the decisions cost.</param>
/// <param name="Score">Scores a step by the states before and after it, the lowest being the best; null for one that may not be taken.</param>
internal sealed record WalkGoal(DecisionWalk.Moves Moves, Predicate<DecisionWalk.State> IsWanted, Func<DecisionWalk.State, DecisionWalk.State, double?> Score)
{
    /// <summary>Whether no further step is wanted, by a measurement of its own; asked of measured states alone. Null for never.</summary>
    public Predicate<DecisionWalk.State>? IsDone { get; init; }

    /// <summary>
    /// Whether a state may be arrived at, by a measurement of its own and whatever its loss; asked of measured states alone.
    /// Null where the loss decides.
    /// </summary>
    public Predicate<DecisionWalk.State>? Holds { get; init; }

    /// <summary>How many measurements a state takes: its loss, and what else is asked of it.</summary>
    public int Measurements => IsDone is null && Holds is null ? 1 : 2;

    /// <summary>Whether another step is wanted from a measured state.</summary>
    public bool GoesOn(DecisionWalk.State state) => IsWanted(state) && IsDone?.Invoke(state) != true;

    /// <summary>The goal where every state is measured.</summary>
    public WalkGoal Measured => this with
    {
        IsWanted = GoesOn,
        Score = (before, after) => Score(before, after) is { } score && Holds?.Invoke(after) != false ? score : null,
    };
}
