using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Runs;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>What a layer's gates chose at the end of each epoch of a search, and then when the decisions were frozen.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Filters">How many output filters it has, at least 1.</param>
/// <param name="Steps">What was chosen, by epoch; at least one.</param>
internal sealed record GateHistory(string Name, int Filters, IReadOnlyList<RunLayer> Steps)
{
    /// <summary>Whether the last step is no epoch, but what was frozen.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>Whether any choice was changed.</summary>
    public bool HasMoved => Steps.Any(step => step != Steps[0]);

    /// <summary>A choice in the first epoch and in the last: <c>8 → 4</c>, or <c>8</c> where it was never another.</summary>
    public string FirstToLast(Func<RunLayer, int> choice)
    {
        var (first, last) = (choice(Steps[0]), choice(Steps[Steps.Count - 1]));
        return Moves(choice) == 0 ? Invariant($"{first}") : Invariant($"{first} → {last}");
    }

    /// <summary>How many epochs changed a choice.</summary>
    public int Moves<T>(Func<RunLayer, T> choice) =>
        Steps.Zip(Steps.Skip(1), (before, after) => !EqualityComparer<T>.Default.Equals(choice(before), choice(after))).Count(moved => moved);

    /// <summary>The histories of a plan's layers that a record tells of, in the plan's order.</summary>
    public static IReadOnlyList<GateHistory> Of(CompressionPlan plan, RunHistory history)
    {
        var (epochs, isFrozen) = Searched(history.Epochs);
        var steps = epochs.SelectMany(epoch => epoch.Layers).ToLookup(layer => layer.Name, StringComparer.Ordinal);
        return [.. plan.Layers.Where(layer => steps.Contains(layer.Name)).Select(layer => new GateHistory(layer.Name, layer.Filters, [.. steps[layer.Name]]) { IsFrozen = isFrozen })];
    }

    /// <summary>The histories of the layers that some epochs tell of, in the order of the first; of a layer's filters is known how many there were at most.</summary>
    public static IReadOnlyList<GateHistory> Of(IReadOnlyList<RunEpoch> epochs)
    {
        var (searched, isFrozen) = Searched(epochs);
        return [.. searched.SelectMany(epoch => epoch.Layers).GroupBy(layer => layer.Name, StringComparer.Ordinal).Select(steps => new GateHistory(steps.Key, Math.Max(1, steps.Max(step => step.KeptFilters)), [.. steps]) { IsFrozen = isFrozen })];
    }

    // A missed drop freezes more than once, of which the last counts. Decisions that were given are frozen without a search: then nothing has moved.
    private static (IReadOnlyList<RunEpoch> Epochs, bool IsFrozen) Searched(IReadOnlyList<RunEpoch> epochs)
    {
        var last = epochs.LastOrDefault(epoch => epoch.Layers.Count > 0);
        var isFrozen = last?.Phase == RunPhase.Freeze;
        RunEpoch[] searched = [.. epochs.Where(epoch => epoch.Layers.Count > 0 && epoch.Phase != RunPhase.Freeze)];
        return searched.Length == 0 ? ([], false) : (isFrozen ? [.. searched, last!] : searched, isFrozen);
    }
}
