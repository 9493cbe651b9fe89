using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Budgeting;

public class BudgetLandingTests
{
    // Fewer than a chain of four layers would take.
    private const int FewMeasurements = 21;

    [Theory]
    [InlineData(1, 0.05)]
    [InlineData(2, 0.02)]
    [InlineData(3, 0.01)]
    [InlineData(4, 0.001)]
    public void Whatever_the_start_the_plan_is_within_a_reachable_budget(int seed, double budget)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]));
        ReachableRange.Of(compressed).Require(new(budget));
        var random = new Random(seed);

        var landed = new BudgetLanding(compressed, new(budget), _ => random.NextDouble()).Land(Compressed.RandomDecisions(compressed, seed));

        Assert.True(Relative(compressed, landed) <= budget);
        Assert.All(landed, decision => Assert.True(decision.KeptFilters > 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_budget_near_the_smallest_plan_is_met_where_sums_of_layers_share_channels(int seed)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Of("residual");
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]));
        var range = ReachableRange.Of(compressed);
        var budget = 1.1 * range.Least[CostKind.Bops] / range.FullPrecision[CostKind.Bops];
        var random = new Random(seed);

        var landed = new BudgetLanding(compressed, new(budget), _ => random.NextDouble()).Land(Compressed.RandomDecisions(compressed, seed));

        Assert.True(Relative(compressed, landed) <= budget);
    }

    [Theory]
    [InlineData("residual", 1)]
    [InlineData("residual", 4)]
    [InlineData("residual", 16)]
    [InlineData("pre-activation", 4)]
    [InlineData("depthwise", 4)]
    [InlineData("grouped", 4)]
    [InlineData("shared", 4)]
    [InlineData("chain", 4)]
    [InlineData("chain", 16)]
    public void Whatever_is_landed_on_keeps_multiples_and_the_same_of_layers_that_are_added(string structure, int multiple)
    {
        using var scope = NewDisposeScope();
        using var network = structure == "chain" ? TestNetworks.Chain(24, 40, 36) : TestNetworks.Of(structure);
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]), Compressed.Everything with { Target = new() { Name = "multiples", FilterMultiple = multiple } });
        var range = ReachableRange.Of(compressed);
        var random = new Random(1);
        foreach (var share in new[] { 1, 1.3, 2, 5 })
        {
            var budget = Math.Min(range.Most[CostKind.Bops], share * range.Least[CostKind.Bops]) / range.FullPrecision[CostKind.Bops];

            var landed = new BudgetLanding(compressed, new(budget), Loss).Land(Compressed.RandomDecisions(compressed, 1));

            Assert.True(Relative(compressed, landed) <= budget);
            AssertFits(landed);
        }

        AssertFits(ReachableRange.Smallest(compressed));
        network.train();
        compressed.FilterGates.ToList().ForEach(gates => gates.Gates.Parameters[0].Value = 1);
        _ = compressed.Run(rand([5, 3, 8, 8]));
        AssertFits(compressed.Decisions());

        double Loss(IReadOnlyList<LayerDecision> decisions)
        {
            AssertFits(decisions);
            return random.NextDouble();
        }

        void AssertFits(IReadOnlyList<LayerDecision> decisions)
        {
            IReadOnlyList<bool>[] kept = [.. decisions.Select(decision => decision.Kept)];
            foreach (var set in compressed.FilterSets)
            {
                Assert.All(set.ByLayer(set.Kept(kept)), layer => Assert.Equal(layer.Value, kept[layer.Key]));
                Assert.All(set.Layers, layer => Assert.True(kept[layer].All(stays => stays) || kept[layer].Count(stays => stays) % multiple == 0));
            }
        }
    }

    [Fact]
    public void Layers_that_are_added_take_a_step_together()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Of("residual");
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]), Compressed.Everything with { Bits = BitChain.Parse("8") });
        var largest = ReachableRange.Largest(compressed);

        var moves = new DecisionMoves(compressed).Cheaper(largest, [0, 1, 2, 3]).ToArray();

        // a + b, c.
        Assert.Equal([[0, 1], [2]], moves.Select(move => move.Layers));
        var after = moves[0].From(largest);
        Assert.Equal((7, 7), (after[0].KeptFilters, after[1].KeptFilters));
        Assert.Equal(after[0].Kept, after[1].Kept);
        Assert.False(moves[0].Fits(after));
        Assert.True(moves[1].Fits(after));
    }

    [Fact]
    public void Landing_measures_in_proportion_to_layers_and_steps()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]));
        var large = compressed.Layers.Select(layer => new LayerDecision(8, 8, [.. Enumerable.Repeat(true, layer.Layer.Shape.Filters)])).ToArray();
        var measured = 0;

        // A loss that adds up over layers never makes a score stale: a step costs its re-measurement and the layer's new steps.
        new BudgetLanding(compressed, new(0.005), decisions =>
        {
            measured++;
            return decisions.Sum(decision => 24.0 - decision.WeightBits - decision.ActivationBits) + decisions.Sum(decision => decision.Kept.Count - decision.KeptFilters);
        }).Land(large);

        Assert.InRange(measured, 1, 12 * 40);
    }

    [Fact]
    public void What_is_left_of_the_budget_goes_where_it_helps()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]));
        var small = Coarse(compressed, keep: _ => true);
        var wanted = small.ToArray();
        wanted[2] = wanted[2] with { WeightBits = 8 };

        // Only the third layer's weight bits matter.
        var landed = new BudgetLanding(compressed, new(Relative(compressed, wanted)), decisions => 10 - decisions[2].WeightBits).Land(small);

        Assert.Equal([2, 2, 8, 2], landed.Select(decision => decision.WeightBits));
        Assert.Equal([2, 2, 2, 2], landed.Select(decision => decision.ActivationBits));
    }

    [Theory]
    [InlineData("bops=100%", 8, 8)]
    [InlineData("size=100%", 8, 2)]
    [InlineData("size=100%;bops=100%", 8, 8)]
    public void What_helps_nowhere_goes_to_finer_grids_of_what_is_limited_and_to_no_pruned_filter(string budget, int weightBits, int activationBits)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]));
        var small = Coarse(compressed, keep: filter => filter != 1);

        var landed = new BudgetLanding(compressed, Budget.Parse(budget), decisions => decisions.Sum(decision => decision.WeightBits + decision.ActivationBits + decision.KeptFilters)).Land(small);

        Assert.All(landed, decision => Assert.Equal((weightBits, activationBits), (decision.WeightBits, decision.ActivationBits)));
        Assert.Equal(small.Select(decision => decision.KeptFilters), landed.Select(decision => decision.KeptFilters));
    }

    [Fact]
    public void The_step_that_harms_least_goes_first()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]));
        var large = compressed.Layers.Select(layer => new LayerDecision(8, 8, [.. Enumerable.Repeat(true, layer.Layer.Shape.Filters)])).ToArray();

        // Everything but the activations of conv2, the dearest layer, is precious.
        double Loss(IReadOnlyList<LayerDecision> decisions) => decisions.Select((decision, i) =>
            (i == 1 ? 0 : 8 - decision.ActivationBits) + (8 - decision.WeightBits) + decision.Kept.Count - decision.KeptFilters).Sum();
        var landed = new BudgetLanding(compressed, new(0.04), Loss).Land(large);

        Assert.Equal([8, 8, 8, 8], landed.Select(decision => decision.WeightBits));
        Assert.Equal([8, 4, 8, 8], landed.Select(decision => decision.ActivationBits));
    }

    [Theory]
    [InlineData(1, 0.05)]
    [InlineData(2, 0.02)]
    [InlineData(3, 0.01)]
    [InlineData(4, 0.001)]
    public void Estimates_that_say_nothing_do_not_lead_beyond_the_budget_or_the_effort(int seed, double budget)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]));
        var (random, measured, estimated) = (new Random(seed), 0, 0);
        var effort = Effort(
            compressed,
            _ =>
            {
                estimated++;
                return _ => random.NextDouble() - 0.5;
            });

        var landed = new BudgetLanding(compressed, new(budget), _ => measured++ * random.NextDouble(), effort).Land(Compressed.RandomDecisions(compressed, seed));

        Assert.True(Relative(compressed, landed) <= budget);
        Assert.InRange(measured + (estimated * LandingEffort.CostOfEstimate), 1, 3 * (FewMeasurements + LandingEffort.CostOfEstimate) + 2);
    }

    [Theory]
    [InlineData(1, 0.03)]
    [InlineData(2, 0.01)]
    [InlineData(3, 0.003)]
    public void Estimates_that_are_true_lead_where_measurements_do(int seed, double budget)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]));
        var random = new Random(seed);
        var weights = Enumerable.Range(0, 12).Select(_ => 0.5 + random.NextDouble()).ToArray();

        var measured = new BudgetLanding(compressed, new(budget), Loss).Land(ReachableRange.Largest(compressed));
        var estimated = new BudgetLanding(compressed, new(budget), Loss, Effort(compressed, before => after => Loss(after) - Loss(before))).Land(ReachableRange.Largest(compressed));

        Assert.Equal(Text(measured), Text(estimated));

        double Loss(IReadOnlyList<LayerDecision> decisions) => decisions.Select((decision, i) =>
            (weights[3 * i] * (8 - decision.WeightBits)) + (weights[(3 * i) + 1] * (8 - decision.ActivationBits)) + (weights[(3 * i) + 2] * (decision.Kept.Count - decision.KeptFilters))).Sum();
    }

    [Fact]
    public void Without_gradients_every_step_is_measured()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]));
        static double Loss(IReadOnlyList<LayerDecision> decisions) => decisions.Select((decision, i) => (i + 1) * (24.0 - decision.WeightBits - decision.ActivationBits - decision.KeptFilters)).Sum();

        var measured = new BudgetLanding(compressed, new(0.01), Loss).Land(ReachableRange.Largest(compressed));
        var estimated = new BudgetLanding(compressed, new(0.01), Loss, Effort(compressed, _ => null)).Land(ReachableRange.Largest(compressed));

        Assert.Equal(Text(measured), Text(estimated));
    }

    [Fact]
    public void A_step_that_harms_far_more_than_was_estimated_is_not_taken()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]));

        // The second layer's weights are precious, and the estimates do not know.
        static double Loss(IReadOnlyList<LayerDecision> decisions, double second) => decisions.Select((decision, i) =>
            ((i == 1 ? second : 1) * (8 - decision.WeightBits)) + (2 * (8 - decision.ActivationBits)) + (2 * (decision.Kept.Count - decision.KeptFilters))).Sum();
        var landed = new BudgetLanding(
            compressed,
            new(0.03),
            decisions => Loss(decisions, second: 1000),
            Effort(compressed, before => after => Loss(after, second: 0.1) - Loss(before, second: 0.1))).Land(ReachableRange.Largest(compressed));

        Assert.Equal(8, landed[1].WeightBits);
        Assert.True(Relative(compressed, landed) <= 0.03);
    }

    private static LandingEffort Effort(CompressedNetwork network, Func<IReadOnlyList<LayerDecision>, Func<IReadOnlyList<LayerDecision>, double>?> estimate) =>
        new(estimate, FewMeasurements, new LandingMemo(network));

    private static string Text(IReadOnlyList<LayerDecision> decisions) =>
        string.Join(" ", decisions.Select(decision => $"{decision.WeightBits}/{decision.ActivationBits}/{decision.KeptFilters}"));

    private static LayerDecision[] Coarse(CompressedNetwork network, Predicate<int> keep) =>
        [.. network.Layers.Select(layer => new LayerDecision(2, 2, [.. Enumerable.Range(0, layer.Layer.Shape.Filters).Select(filter => keep(filter))]))];

    private static double Relative(CompressedNetwork network, IReadOnlyList<LayerDecision> decisions) =>
        NetworkCost.Of(network, decisions)[CostKind.Bops] / (double)network.Layers.Sum(layer => layer.Layer.Shape.FullPrecision(CostKind.Bops));
}
