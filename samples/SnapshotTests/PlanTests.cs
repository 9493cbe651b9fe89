using System.Reflection;
using VerifyTests;
using VerifyXunit;

namespace SnapshotTests;

/// <summary>The plan of Digits, as its last build left it.</summary>
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
        settings.UseStringComparer(DecisionComparer.Compare);
        return Verifier.VerifyFile(Plan, settings);
    }

    /// <summary>A part of the plan against a snapshot of its own, beside this file: which layers there are, and how they are quantised.</summary>
    [Fact]
    public async Task LayersAreTheAcceptedOnes() => await Verifier
        .VerifyJson(await File.ReadAllTextAsync(Plan))
        .IgnoreMembers("fingerprint", "totals", "metric", "weightBits", "activationBits", "keptFilters", "macs", "bops", "sizeBytes");
}
