namespace AbsBuildTasks.Plans.Diffs;

/// <summary>What changed between two sets of plans, such as those of two commits.</summary>
/// <param name="Base">What the plans before are, for a reader: <c>the merge base of main, 0123abcd</c>; null where that goes without saying.</param>
/// <param name="Models">The models: changed, added and removed ones by name, then those unchanged.</param>
internal sealed record PlanSetDiff(string? Base, IReadOnlyList<ModelDiff> Models)
{
    /// <summary>What builds made of these models' plans since, and was not accepted: each snapshot, and the plan that was received in its place.</summary>
    public IReadOnlyList<ModelDiff> Unaccepted { get; init; } = [];

    /// <summary>Whether nothing changed, and no plan waits for being accepted.</summary>
    public bool IsEmpty => Unaccepted.Count == 0 && Models.All(model => model.IsSettled);

    /// <summary>The same, with the commit in every verdict.</summary>
    /// <param name="commit">The commit, abbreviated.</param>
    public PlanSetDiff At(string commit) => this with { Models = [.. Models.Select(model => model.Verdict is { } verdict ? model with { Verdict = verdict with { Commit = commit } } : model)] };

    /// <summary>Puts models in order.</summary>
    /// <param name="basis">What the plans before are, for a reader.</param>
    /// <param name="models">The models.</param>
    public static PlanSetDiff Of(string? basis, IEnumerable<ModelDiff> models) =>
        new(basis, [.. models.OrderBy(model => model.IsSettled).ThenBy(model => model.Model, StringComparer.Ordinal)]);
}
