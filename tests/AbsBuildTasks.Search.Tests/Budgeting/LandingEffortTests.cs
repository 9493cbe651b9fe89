using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Budgeting;

/// <summary>The last decisions take a bounded number of measurements, whatever limits them and however badly losses are estimated.</summary>
public class LandingEffortTests
{
    private const int Walks = 3;

    // A walk down to a time may take more than one, out of one walk's effort.
    private const int AllWalks = 6;

    // An estimate and a state, which a walk may begin with the last measurement that is left.
    private const int Beyond = LandingEffort.CostOfEstimate + 2;

    [Theory]
    [InlineData("bops=3%", 48)]
    [InlineData("bops=0.5%", 48)]
    [InlineData("bops=3%", 400)]
    [InlineData("bops=3%;size=5%", 48)]
    [InlineData("latency=40%", 48)]
    [InlineData("latency=25%", 48)]
    [InlineData("latency=25%", 400)]
    [InlineData("drop=1", 48)]
    [InlineData("drop=1", 400)]
    [InlineData("drop=1;bops=10%", 48)]
    [InlineData("drop=1;latency=40%", 48)]
    public void A_landing_keeps_within_it(string text, int measurements)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Deep();
        using var compressed = Compressed.Of(network, rand([5, 6]), Compressed.Everything with { Bits = BitChain.Parse("2;4;8;16") }, times: Plateaus);
        var budget = Budget.Parse(text);
        for (var seed = 1; seed <= 5; seed++)
        {
            var (random, measured, estimated) = (new Random(seed), 0, 0);
            var effort = new LandingEffort(
                _ =>
                {
                    estimated++;
                    return _ => random.NextDouble() - 0.5;
                },
                measurements,
                new LandingMemo(compressed));
            var landing = new BudgetLanding(compressed, budget, _ => measured++ * random.NextDouble(), effort);
            var landed = budget.Drop is null ? landing.Land(ReachableRange.Largest(compressed)) : landing.Land(ReachableRange.Largest(compressed), _ => measured++ % 7 > 0);

            Assert.True(CostKind.All.All(kind => budget.Limits[kind].Allows(NetworkCost.Of(compressed, landed)[kind], NetworkCost.FullPrecision(compressed)[kind])));
            Assert.InRange(measured + (estimated * LandingEffort.CostOfEstimate), 1, (Walks * measurements) + (AllWalks * Beyond) + (3 * compressed.Layers.Count));
        }
    }

    [Theory]
    [InlineData("bops=3%")]
    [InlineData("latency=40%")]
    [InlineData("drop=1")]
    public void Of_few_layers_every_step_is_measured_as_without_one(string text)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]), times: FakeTimes.Of);
        var budget = Budget.Parse(text);

        Assert.Equal(Measured(null), Measured(new LandingEffort(_ => throw new InvalidOperationException("estimated"), LandingEffort.Least, new LandingMemo(compressed))));

        List<string> Measured(LandingEffort? effort)
        {
            var measured = new List<string>();
            var landing = new BudgetLanding(
                compressed,
                budget,
                decisions =>
                {
                    measured.Add(string.Join(" ", decisions.Select(decision => $"{decision.WeightBits}/{decision.ActivationBits}/{decision.KeptFilters}")));
                    return decisions.Select((decision, i) => (i + 1) * (24.0 - decision.WeightBits - decision.ActivationBits - decision.KeptFilters)).Sum();
                },
                effort);
            _ = budget.Drop is null ? landing.Land(ReachableRange.Largest(compressed)) : landing.Land(ReachableRange.Largest(compressed), decisions => decisions.Sum(decision => decision.WeightBits) > 20);
            return measured;
        }
    }

    [Fact]
    public void It_is_a_share_of_the_search_and_never_less_than_a_walk_needs()
    {
        Assert.Equal(LandingEffort.Least, LandingEffort.MeasurementsOf(1000, 512));
        Assert.Equal(LandingEffort.Least, LandingEffort.MeasurementsOf(500_000, 512));
        var many = LandingEffort.MeasurementsOf(10_000_000, 512);

        // A step takes about three times as long as a run, and 5 % of the search may go to all walks.
        Assert.InRange(Walks * many * 512.0, 0.049 * 3 * 10_000_000, 0.05 * 3 * 10_000_000);
    }

    /// <summary>Time falls by a third of a layer's filters or inputs alone, so that most steps save none.</summary>
    private static LayerTimes Plateaus(LayerShape shape)
    {
        var (filters, inputs) = (Points(shape.Filters), Points(shape.InputChannels));
        return new(Grid(2), Grid(1));

        MonotoneGrid Grid(long factor) => new(filters, inputs, [.. filters.Select(count => inputs.Select(input => factor * 1000 * (3 * count / Math.Max(1, shape.Filters)) * (3 * input / Math.Max(1, shape.InputChannels))).ToArray())]);

        static long[] Points(long count) => [.. Enumerable.Range(0, (int)count + 1).Select(number => (long)number)];
    }
}
