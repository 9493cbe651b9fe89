using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Tests.Infrastructure;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Budgeting;

public class CostTests
{
    public static TheoryData<string> Kinds { get; } = [.. CostKind.All.Select(kind => kind.Key)];

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void Loss_and_cost_train_when_the_network_cleans_up_after_itself(double lambda)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var tidy = new FunctionNetwork(
            x =>
            {
                using var inner = NewDisposeScope();
                return network.call(x).MoveToOuterDisposeScope();
            },
            ("chain", network));
        using var compressed = Compressed.Of(tidy, rand([5, 3, 8, 8]));
        tidy.train();

        compressed.Run(rand([5, 3, 8, 8])).square().sum().backward();
        compressed.CollectGradients();
        GateCost.CollectGateGradients(compressed, default(PerCost<double>).With(CostKind.Bops, lambda));

        Assert.All(compressed.Layers, layer => Assert.NotEqual(0, layer.Weights.Gates.Parameters[0].Gradient));
    }

    [Fact]
    public void The_cost_of_a_pruned_chain_worked_by_hand()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]));
        LayerDecision[] decisions =
        [
            new(8, 4, [true, true, false, true, false, true]),
            new(4, 2, [.. Enumerable.Range(0, 10).Select(filter => filter < 3)]),
            new(2, 8, [.. Enumerable.Range(0, 12).Select(filter => filter < 5)]),
            new(8, 8, [true, true, true, true]),
        ];

        // conv1: 4 filters × 3 inputs × 9 × 64; conv2: 3 × 4 × 9 × 64; fc1: 5 × 3·4; fc2: 4 × 5.
        Assert.Equal([6912, 6912, 60, 20], DecisionCost.Of(compressed, decisions).Select(cost => cost.Macs));
        Assert.Equal([6912 * 32, 6912 * 8, 60 * 16, 20 * 64], DecisionCost.Of(compressed, decisions).Select(cost => cost.Costs[CostKind.Bops]));

        // Weights in bits, rounded up to bytes, and 4 bytes for each kept bias.
        Assert.Equal([108, 54 + 12, 15 + 20, 20 + 16], DecisionCost.Of(compressed, decisions).Select(cost => cost.Costs[CostKind.Size]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Gradients_of_the_cost_are_what_opening_or_closing_a_gate_changes(int seed)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]));
        RandomThresholds(compressed, seed);
        network.train();
        _ = compressed.Run(rand([5, 3, 8, 8]));
        var (decisions, before) = (compressed.Decisions(), NetworkCost.Relative(compressed));
        GateCost.CollectGateGradients(compressed, default(PerCost<double>).With(CostKind.Bops, 1));

        for (var i = 0; i < decisions.Count; i++)
        {
            foreach (var (quantizer, with) in new (TensorQuantizer, Func<LayerDecision, int, LayerDecision>)[]
            {
                (compressed.Layers[i].Weights, (decision, bits) => decision with { WeightBits = bits }),
                (compressed.Layers[i].Activations, (decision, bits) => decision with { ActivationBits = bits }),
            })
            {
                // The cost is linear in each gate: its derivative is the difference between open and closed.
                var norms = new double[2];
                for (var j = 0; j < 2; j++)
                {
                    var (open, closed) = (quantizer.State.Gates.ToArray(), quantizer.State.Gates.ToArray());
                    (open[j], closed[j]) = (true, false);
                    var expected = (Relative(with(decisions[i], Bits(open))) - Relative(with(decisions[i], Bits(closed)))) / before;
                    Assert.Equal(expected > 0, quantizer.Gates.Parameters[j].Gradient < 0);
                }

                double Relative(LayerDecision decision)
                {
                    var changed = decisions.ToArray();
                    changed[i] = decision;
                    return NetworkCost.Of(compressed, changed)[CostKind.Bops] / (double)compressed.Layers.Sum(layer => layer.Layer.Shape.FullPrecision(CostKind.Bops));
                }
            }
        }

        static int Bits(bool[] gates) => !gates[0] ? 2 : !gates[1] ? 4 : 8;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_of_filters_are_what_keeping_or_pruning_one_changes(string cost)
    {
        foreach (var structure in new[] { "depthwise", "grouped", "residual", "pre-activation" })
        {
            GradientsAreWhatAFilterChanges(CostKind.Find(cost)!, structure, seed: 1);
            GradientsAreWhatAFilterChanges(CostKind.Find(cost)!, structure, seed: 2);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_limit_of_each_cost_is_checked_steered_by_and_landed_on(string cost)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]), times: FakeTimes.Of);
        var (kind, range) = (CostKind.Find(cost)!, ReachableRange.Of(compressed));
        var share = 1.5 * range.Least[kind] / range.FullPrecision[kind];
        var budget = new Budget { Limits = default(PerCost<CostLimit>).With(kind, new(share)) };

        var tooLow = budget with { Limits = budget.Limits.With(kind, new(0.5 * range.Least[kind] / range.FullPrecision[kind])) };
        Assert.Contains(kind.Words, Assert.Throws<AbsException>(() => range.Require(tooLow)).Message, StringComparison.Ordinal);
        range.Require(budget);

        var prices = new CostSteering(budget, range, 3).Prices(range.Most, progress: 1);
        Assert.All(CostKind.All, other => Assert.Equal(other == kind, prices[other] > 0));

        var landed = new BudgetLanding(compressed, budget, _ => 1).Land(ReachableRange.Largest(compressed));
        Assert.True(budget.Limits[kind].Allows(NetworkCost.Of(compressed, landed)[kind], range.FullPrecision[kind]));
        Assert.True(NetworkCost.Of(compressed, landed)[kind] < range.Most[kind]);
    }

    [Fact]
    public void A_budget_below_the_smallest_plan_is_refused_with_the_reachable_range()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]), Compressed.Everything with { KeepFirstAndLast = true });
        var range = ReachableRange.Of(compressed);

        var error = Assert.Throws<AbsException>(() => range.Require(new Budget(0.001)));
        Assert.Equal(AbsCodes.ImpossibleBudget, error.Code);
        Assert.StartsWith("Budget=\"bops=0.1%\" cannot be met: this network reaches ", error.Message, StringComparison.Ordinal);
        range.Require(new Budget((double)range.Least[CostKind.Bops] / range.FullPrecision[CostKind.Bops]));
        range.Require(new Budget(1));
        Assert.InRange(range.Most[CostKind.Bops], range.Least[CostKind.Bops], range.FullPrecision[CostKind.Bops] / 16);
    }

    [Fact]
    public void A_budget_is_of_the_whole_network_and_an_impossible_one_says_what_is_left_alone()
    {
        using var scope = NewDisposeScope();
        var (first, head) = (torch.nn.Linear(3, 40, hasBias: false), torch.nn.Linear(40, 2, hasBias: false));
        using var network = new FunctionNetwork(x => head.call(first.call(x)), ("first", first), ("head", head)).With("own", new TorchSharp.Modules.Parameter(ones(400, dtype: ScalarType.Float64)));
        using var compressed = Compressed.Of(network, rand([5, 3]));
        var range = ReachableRange.Of(compressed);

        // 400 parameters of the network's own stay at 4 bytes; 120 and 80 weights take 4 bytes in full precision, and a byte at 8 bits.
        Assert.Equal(1600 + (200 * 4), range.FullPrecision[CostKind.Size]);
        Assert.Equal(1600 + 200, range.Most[CostKind.Size]);
        Assert.Equal(200 * 1024, range.FullPrecision[CostKind.Bops]);
        Assert.Equal(1600 + 200, new CostCache(compressed).Of(ReachableRange.Largest(compressed))[CostKind.Size]);
        Assert.Equal(range.Most, NetworkCost.Of(compressed, ReachableRange.Largest(compressed)));

        // 1,600 of 2,400 bytes leave no room for half of all: the layers keep half of their own.
        var half = Budget.Parse("size=50%");
        Assert.Equal(half with { RelativeSize = null, SizeBytes = 1600 + 400 }, range.Fit(half));
        range.Require(half);
        Assert.StartsWith("Budget=\"size=50%\" is kept by the layers alone: 66.6667% of the network's full-precision bytes is what the search leaves alone, own (Parameter), and comes on top. To limit the whole network, set size=", range.KeptByLayers(half), StringComparison.Ordinal);

        // The least that is named can be met by the whole.
        var least = new Budget { RelativeSize = Math.Ceiling((double)range.Least[CostKind.Size] / range.FullPrecision[CostKind.Size] * 1e6) / 1e6 };
        Assert.Contains($"set {least.ToString()} or more: the closer to that, the less is left for the layers.", range.KeptByLayers(half), StringComparison.Ordinal);
        Assert.Equal(least, range.Fit(least));
        Assert.Null(range.KeptByLayers(least));

        var message = Assert.Throws<AbsException>(() => range.Require(Budget.Parse("size=0.1%"))).Message;
        Assert.Matches("^Budget=\"size=0.1%\" cannot be met: even without what the search leaves alone, own \\(Parameter\\), its layers reach [0-9.]+% to 25% of their full-precision bytes\\. Raise the budget", message);
        Assert.EndsWith("% is what the search leaves alone: own (Parameter). Raise the budget, let the first and last layer take part with KeepFirstAndLast=\"false\", pin fewer Layers, or allow lower Bits.", Assert.Throws<AbsException>(() => range.Require(Budget.Parse("size=1600B"))).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("leaves alone", Assert.Throws<AbsException>(() => range.Require(Budget.Parse("bops=0.001%"))).Message, StringComparison.Ordinal);
    }

    private static void GradientsAreWhatAFilterChanges(CostKind kind, string structure, int seed)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Of(structure);
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]), Compressed.Everything with { Bits = BitChain.Parse("4") }, times: FakeTimes.Of);
        RandomThresholds(compressed, seed);
        network.train();
        _ = compressed.Run(rand([5, 3, 8, 8]));
        var (decisions, before) = (compressed.Decisions(), NetworkCost.Of(compressed, compressed.Decisions())[kind] - compressed.RestCost[kind]);
        Assert.Contains(decisions, decision => decision.Kept.Contains(false));
        GateCost.AddCostGradients(compressed, default(PerCost<double>).With(kind, 1));

        foreach (var set in compressed.FilterGates.Select(gates => gates.Set))
        {
            var units = set.Kept(compressed.Kept);
            for (var unit = 0; unit < units.Length; unit++)
            {
                // But for a cost that is rounded to whole bytes, in these layers and in those behind them, and for the weights of a
                // layer between a unit's own filters: they go twice, with what they take in and with what they give.
                var twice = set.Layers.Count < 2 ? 0 : set.Layers.Sum(layer => kind.Slopes(CompressedLayer.Whole(compressed.Layers[layer].Layer.Shape) with { WeightBits = 4, ActivationBits = 4 }).Weight * compressed.Layers[layer].Layer.Shape.KernelSize);
                if (kind.IsMeasured && set.Layers.Count > 1)
                {
                    var channels = set.Units[unit].Parts.Sum(part => part.Filters.Count);
                    twice += set.Layers.Count * FakeTimes.PerPair * channels * channels;
                }

                var rounding = twice + (kind.Formula is null ? 3.0 : 1e-6);
                var gradient = set.Units[unit].Parts.Sum(part => part.Filters.Sum(filter => compressed.Layers[part.Layer].Filters.Gradients[filter]));
                Assert.Equal(Cost(set, units, unit, true) - Cost(set, units, unit, false), gradient * before, rounding);
            }
        }

        long Cost(FilterSet set, bool[] units, int unit, bool stays)
        {
            var changed = decisions.ToArray();
            foreach (var (layer, kept) in set.ByLayer([.. units.Select((kept, u) => u == unit ? stays : kept)]))
            {
                changed[layer] = changed[layer] with { Kept = kept };
            }

            return NetworkCost.Of(compressed, changed)[kind];
        }
    }

    private static void RandomThresholds(CompressedNetwork compressed, int seed)
    {
        var random = new Random(seed);
        foreach (var layer in compressed.Layers)
        {
            foreach (var threshold in layer.Weights.Gates.Parameters.Concat(layer.Activations.Gates.Parameters))
            {
                threshold.Value = random.NextDouble() * 0.5;
            }

            if (layer.Filters.Gates?.Parameters is [var filters])
            {
                filters.Value = 0.7 + (random.NextDouble() * 0.6);
            }
        }
    }
}
