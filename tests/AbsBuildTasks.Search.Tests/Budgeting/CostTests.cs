using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Budgeting;

public class CostTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_differentiable_cost_is_the_exact_cost_of_what_the_gates_choose(int seed)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]));
        RandomThresholds(compressed, seed);
        _ = compressed.Run(rand([5, 3, 8, 8]));

        var exact = DecisionCost.TotalBops(compressed, compressed.Decisions()) / (double)compressed.Layers.Sum(layer => layer.Layer.Shape.FullPrecisionBops);
        Assert.Equal(1, GateCost.RelativeBops(compressed).item<float>() / exact, 4);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public void Loss_and_cost_train_when_the_network_cleans_up_after_itself(double loss, double cost)
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

        var output = compressed.Run(rand([5, 3, 8, 8]));
        var terms = new List<Tensor>();
        if (loss > 0)
        {
            terms.Add(output.square().sum());
        }

        if (cost > 0)
        {
            terms.Add(GateCost.RelativeBops(compressed).log());
        }

        stack(terms).sum().backward();

        Assert.All(compressed.Layers, layer => Assert.True(layer.Weights.Thresholds!.grad!.abs().sum().item<float>() > 0));
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
        Assert.Equal([6912 * 32, 6912 * 8, 60 * 16, 20 * 64], DecisionCost.Of(compressed, decisions).Select(cost => cost.Bops));

        // Weights in bits, rounded up to bytes, and 4 bytes for each kept bias.
        Assert.Equal([108, 54 + 12, 15 + 20, 20 + 16], DecisionCost.Of(compressed, decisions).Select(cost => cost.SizeBytes));
    }

    [Fact]
    public void Closing_a_gate_is_what_the_gradient_says_it_saves()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]));
        _ = compressed.Run(rand([5, 3, 8, 8]));
        var before = GateCost.RelativeBops(compressed);

        // The cost is linear in each filter gate: its derivative is the difference between open and closed.
        var slope = autograd.grad([before], [compressed.FilterGates[1]], retain_graph: true)[0];
        var decisions = compressed.Decisions().ToArray();
        decisions[1] = decisions[1] with { Kept = [.. decisions[1].Kept.Select((kept, filter) => kept && filter != 2)] };
        var full = (double)compressed.Layers.Sum(layer => layer.Layer.Shape.FullPrecisionBops);
        var after = DecisionCost.TotalBops(compressed, decisions) / full;

        Assert.Equal(before.item<float>() - after, slope[2].item<float>(), 7);
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
        range.Require(new Budget(range.Least));
        range.Require(new Budget(1));
        Assert.InRange(range.Most, range.Least, 64.0 / 1024);
    }

    internal static void RandomThresholds(CompressedNetwork compressed, int seed)
    {
        using var noGradient = no_grad();
        var random = new Random(seed);
        foreach (var layer in compressed.Layers)
        {
            layer.Weights.Thresholds?.copy_(tensor([random.NextSingle() * 0.5f, random.NextSingle() * 0.5f]));
            layer.Activations.Thresholds?.copy_(tensor([random.NextSingle() * 0.5f, random.NextSingle() * 0.5f]));
            layer.Filters.Threshold?.fill_(0.7 + (random.NextDouble() * 0.6));
        }
    }
}
