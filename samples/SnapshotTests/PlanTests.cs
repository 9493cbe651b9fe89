using System.Reflection;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Snapshots;
using VerifyTests;
using VerifyXunit;

namespace SnapshotTests;

public class PlanTests
{
    private static readonly string Plan = Path.Combine(
        typeof(PlanTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Plans").Value!,
        "digits.plan.json");

    /// <summary>The whole plan against the file that the build compares with too: AbsPlans/digits.plan.verified.json.</summary>
    [Fact]
    public Task PlanIsTheAcceptedOne()
    {
        var settings = new VerifySettings();
        settings.UseDirectory("../Digits/AbsPlans");
        settings.UseFileName("digits.plan");
        settings.UseStringComparer(CompareDecisions);
        return Verifier.VerifyFile(Plan, settings);
    }

    // As the build does: a plan's fingerprint changes with its inputs and is no decision.
    private static Task<CompareResult> CompareDecisions(string received, string verified, IReadOnlyDictionary<string, object> context)
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
