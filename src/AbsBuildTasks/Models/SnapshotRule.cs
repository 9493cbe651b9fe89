using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings.Kinds;
using AbsBuildTasks.Plans.Snapshots;

namespace AbsBuildTasks.Models;

/// <summary>When a plan passes against its snapshot.</summary>
/// <param name="Policy">What may differ.</param>
/// <param name="Tolerances">How far, under <see cref="SnapshotPolicy.NoRegression"/>.</param>
internal sealed record SnapshotRule(SnapshotPolicy Policy, SnapshotTolerances Tolerances)
{
    private const string Exact = "exact";
    private const string NoRegression = "no-regression";

    /// <summary>The rule where nobody says another.</summary>
    public static SnapshotRule Default { get; } = new(SnapshotPolicy.Exact, SnapshotTolerances.None);

    /// <summary>Reads a project's <c>AbsSnapshotPolicy</c> and <c>AbsSnapshotTolerance</c>.</summary>
    /// <exception cref="AbsException">ABS1005: one of them cannot be read.</exception>
    public static SnapshotRule OfProject(string policy, string tolerance) =>
        new(ReadPolicy("AbsSnapshotPolicy", policy), SnapshotTolerances.Parse(tolerance));

    /// <summary>The rule of a model: what its item says, and otherwise this one.</summary>
    /// <exception cref="AbsException">ABS1005: the item's <c>SnapshotPolicy</c> or <c>Tolerance</c> cannot be read.</exception>
    public SnapshotRule Of(ItemMetadata item) => new(
        item.Text("SnapshotPolicy") is { } policy ? ReadPolicy("SnapshotPolicy", policy) : Policy,
        item.Text("Tolerance") is { } tolerance ? SnapshotTolerances.Parse(tolerance) : Tolerances);

    private static SnapshotPolicy ReadPolicy(string name, string text) =>
        Choice.Of(name, text, Exact, NoRegression) == Exact ? SnapshotPolicy.Exact : SnapshotPolicy.NoRegression;
}
