using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Snapshots;
using VerifyTests;

namespace SnapshotTests;

/// <summary>Compares plans as the build does: their fingerprint changes with every input of a search and is no decision.</summary>
internal static class DecisionComparer
{
    public static Task<CompareResult> Compare(string received, string verified, IReadOnlyDictionary<string, object> context)
    {
        var violations = SnapshotComparer.Compare(
            PlanJson.Read(verified, "the accepted plan"),
            PlanJson.Read(received, "the build's plan"),
            SnapshotPolicy.NoRegression,
            SnapshotTolerances.Parse("metric=1;bops=25%;size=25%;bits=6;filters=50%"));
        return Task.FromResult(violations.Count == 0
            ? CompareResult.Equal
            : CompareResult.NotEqual(string.Join('\n', violations.Select(violation => violation.Message))));
    }
}
