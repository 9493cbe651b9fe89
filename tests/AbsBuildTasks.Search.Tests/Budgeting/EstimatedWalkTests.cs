using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Budgeting;

public class EstimatedWalkTests
{
    // Fewer than a chain of four layers would take.
    private const int FewMeasurements = 21;

    [Theory]
    [InlineData(0.1)]
    [InlineData(1000)]
    public void A_step_that_the_limit_needs_is_taken_however_much_it_harms(double second)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        var target = new Target { Name = "two", Pairs = [new(4, 8), new(8, 8)], FilterMultiple = 1000 };
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]), Compressed.Everything with { DeployTarget = target });
        var (largest, smallest) = (ReachableRange.Largest(compressed), ReachableRange.Smallest(compressed));
        var needed = smallest.ToArray();
        needed[1] = largest[1];
        var measured = new HashSet<string>();

        double Loss(IReadOnlyList<LayerDecision> decisions, double second) => decisions.Select((decision, i) => (i == 1 ? second : 1) * (8 - decision.WeightBits)).Sum();
        var landed = new BudgetLanding(
            compressed,
            new(0.999 * Bops(needed) / NetworkCost.FullPrecision(compressed)[CostKind.Bops]),
            decisions =>
            {
                _ = measured.Add(Text(decisions));
                return Loss(decisions, second);
            },
            new(before => after => Loss(after, second: 0.1) - Loss(before, second: 0.1), FewMeasurements, new LandingMemo(compressed))).Land(largest);

        Assert.Equal(4, landed[1].WeightBits);
        Assert.DoesNotContain(Text(smallest), measured);

        double Bops(IReadOnlyList<LayerDecision> decisions) => NetworkCost.Of(compressed, decisions)[CostKind.Bops];

        static string Text(IReadOnlyList<LayerDecision> decisions) => string.Join(" ", decisions.Select(decision => decision.WeightBits));
    }
}
