using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Tests.Infrastructure;
using FsCheck;
using FsCheck.Xunit;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Budgeting;

public class LimitsTests
{
    [Property(MaxTest = 40)]
    public bool Landing_meets_all_limits_of_any_network_and_is_repeatable(int seed, byte bopsPart, byte sizePart, byte sizes)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain(3 + (sizes % 5), 4 + (sizes % 7), 5 + (sizes % 11));
        using var compressed = Compressed.Of(network, ones([5, 3, 8, 8]), Compressed.Everything with { FilterGroup = 1 + (sizes % 3) });
        var range = ReachableRange.Of(compressed);
        var budget = new Budget(Between(range.Least[CostKind.Bops], range.FullPrecision[CostKind.Bops], bopsPart) / range.FullPrecision[CostKind.Bops])
        {
            SizeBytes = (long)Math.Ceiling(Between(range.Least[CostKind.Size], range.FullPrecision[CostKind.Size], sizePart)),
        };
        var start = Compressed.RandomDecisions(compressed, seed);

        var landed = Land();
        var cost = NetworkCost.Of(compressed, landed);
        return budget.Limits[CostKind.Bops].Allows(cost[CostKind.Bops], range.FullPrecision[CostKind.Bops])
            && budget.Limits[CostKind.Size].Allows(cost[CostKind.Size], range.FullPrecision[CostKind.Size])
            && landed.All(decision => decision.KeptFilters > 0)
            && Same(landed, Land());

        IReadOnlyList<LayerDecision> Land()
        {
            var random = new Random(seed);
            return new BudgetLanding(compressed, budget, _ => random.NextDouble()).Land(start);
        }

        static double Between(long least, long most, byte part) => least * Math.Pow((double)most / least, part / 255.0);
    }

    [Fact]
    public void A_limit_on_size_alone_leaves_activations_at_their_best()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, ones([5, 3, 8, 8]));

        var landed = new BudgetLanding(compressed, Budget.Parse("size=10%"), Loss).Land(ReachableRange.Largest(compressed));

        Assert.All(landed, decision => Assert.Equal(8, decision.ActivationBits));
        Assert.Contains(landed, decision => decision.WeightBits < 8 || decision.Kept.Contains(false));
    }

    [Fact]
    public void A_drop_takes_the_cheapest_decisions_that_stay_good()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, ones([5, 3, 8, 8]));
        var landing = new BudgetLanding(compressed, Budget.Parse("drop=1"), Loss);

        // From above and from below: good is what gives the second layer's weights at least 4 bits.
        foreach (var start in new[] { ReachableRange.Largest(compressed), ReachableRange.Smallest(compressed) })
        {
            var landed = landing.Land(start, decisions => decisions[1].WeightBits >= 4);

            Assert.Equal([2, 4, 2, 2], landed.Select(decision => decision.WeightBits));
            Assert.All(landed, decision => Assert.Equal(2, decision.ActivationBits));
        }
    }

    [Fact]
    public void Candidates_get_dearer_up_to_what_the_limits_allow()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, ones([5, 3, 8, 8]));
        var budget = Budget.Parse("bops=4%;drop=1");

        var costs = new PlanCandidates(compressed, budget, Loss, _ => true).From(ReachableRange.Largest(compressed)).Select(decisions => NetworkCost.Of(compressed, decisions)[CostKind.Bops]).ToArray();

        Assert.Equal(4, costs.Length);
        Assert.Equal(costs.Order().Distinct(), costs);
        Assert.Equal(ReachableRange.Of(compressed).Least[CostKind.Bops], costs[0]);
        Assert.InRange(costs[^1], ReachableRange.Of(compressed).FullPrecision[CostKind.Bops] * 0.03, ReachableRange.Of(compressed).FullPrecision[CostKind.Bops] * 0.04);
    }

    [Fact]
    public void A_constant_lambda_limits_nothing_and_lands_nowhere()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, ones([5, 3, 8, 8]));
        var (chosen, budget) = (Compressed.RandomDecisions(compressed, 3), Budget.Parse("lambda=0.05"));
        var steering = new CostSteering(budget, ReachableRange.Of(compressed), 3);

        Assert.Same(chosen, new PlanCandidates(compressed, budget, Loss, _ => false).From(chosen).Single());
        Assert.Equal(default(PerCost<double>).With(CostKind.Bops, 0.05), steering.Prices(PerCost<long>.Of(_ => 1), 0.5));
        Assert.Null(steering.Target(0.5));
    }

    [Fact]
    public void A_price_on_bytes_pushes_weights_and_filters_but_not_activations()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]));
        network.train();
        _ = compressed.Run(rand([5, 3, 8, 8]));

        GateCost.CollectGateGradients(compressed, default(PerCost<double>).With(CostKind.Size, 1));

        Assert.All(compressed.Layers, layer => Assert.All(layer.Weights.Gates.Parameters, parameter => Assert.NotEqual(0, parameter.Gradient)));
        Assert.All(compressed.Layers, layer => Assert.All(layer.Activations.Gates.Parameters, parameter => Assert.Equal(0, parameter.Gradient)));
    }

    [Fact]
    public void The_target_falls_by_a_notch_while_the_network_is_good_and_rises_when_it_is_not()
    {
        var schedule = new DropSchedule(0.16, 0.01, 10);
        var notch = Math.Pow(1 / 16.0, 1 / 7.0);

        schedule.BeginEpoch(0, 0.16, isGood: true);
        Assert.Equal(0.16, schedule.Target(0), 9);
        Assert.Equal(0.16 * notch, schedule.Target(0.1), 9);
        schedule.BeginEpoch(3, 0.04, isGood: false);
        Assert.Equal(0.04 / notch, schedule.Target(0.35), 9);
        Assert.Equal(0, schedule.Lambda(0.04, 0.35));
        schedule.BeginEpoch(6, 0.011, isGood: true);
        Assert.Equal(0.01, schedule.Target(0.7), 9);

        // The rest of the search lets gates settle.
        schedule.BeginEpoch(8, 0.02, isGood: true);
        Assert.Equal(0.02, schedule.Target(0.9), 9);
    }

    /// <summary>Lower with every bit and filter.</summary>
    private static double Loss(IReadOnlyList<LayerDecision> decisions) =>
        decisions.Sum(decision => (1.0 / decision.WeightBits) + (1.0 / decision.ActivationBits) + (1.0 / decision.KeptFilters));

    private static bool Same(IReadOnlyList<LayerDecision> left, IReadOnlyList<LayerDecision> right) => left.Zip(right).All(pair =>
        pair.First.WeightBits == pair.Second.WeightBits && pair.First.ActivationBits == pair.Second.ActivationBits && pair.First.Kept.SequenceEqual(pair.Second.Kept));
}
