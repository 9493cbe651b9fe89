using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Hooks;
using AbsBuildTasks.Search.Tests.Infrastructure;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Compression;

public class CompressedNetworkTests
{
    [Fact]
    public void Before_calibration_and_after_disposal_the_network_is_its_own()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        var input = rand([5, 3, 8, 8]);
        network.eval();
        var plain = network.call(input);
        var weights = network.parameters().Select(parameter => parameter.Handle).ToArray();

        using (var compressed = Compressed.Of(network, input, calibrate: false))
        {
            Assert.True(compressed.Run(input).equal(plain).all().item<bool>());
            compressed.Calibrate([[input]]);
            Assert.False(compressed.Run(input).allclose(plain));
        }

        Assert.True(network.call(input).equal(plain).all().item<bool>());
        Assert.Equal(weights, network.parameters().Select(parameter => parameter.Handle));
    }

    [Fact]
    public void Rectified_inputs_get_the_unsigned_grid_and_signed_ones_the_symmetric()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, randn([5, 3, 8, 8]));

        Assert.Equal(["symmetric", "unsigned", "unsigned", "unsigned"], compressed.Layers.Select(layer => layer.Activations.Grid.Name));
    }

    [Fact]
    public void First_and_last_layer_keep_the_highest_bitwidth_and_all_filters_by_default()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]), Compressed.Everything with { KeepFirstAndLast = true });

        Assert.Equal([true, false, false, true], compressed.Layers.Select(layer => layer.Weights.Gates.Parameters.Count == 0 && layer.Activations.Gates.Parameters.Count == 0 && !layer.Filters.CanPrune));
        Assert.Equal(8, compressed.Layers[0].Weights.Chain.Lowest);
    }

    [Fact]
    public void Gradients_reach_weights_biases_norms_intervals_and_thresholds()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, randn([16, 3, 8, 8]));
        network.train();

        // Close to the measures, where the gates' slopes are steep.
        foreach (var layer in compressed.Layers)
        {
            layer.Weights.Gates.Parameters[0].Value = layer.Activations.Gates.Parameters[0].Value = 0.2;
            if (layer.Filters.Gates?.Parameters is [var threshold])
            {
                threshold.Value = 0.9;
            }
        }

        functional.cross_entropy(compressed.Run(randn([16, 3, 8, 8])), randint(4, [16])).backward();
        compressed.CollectGradients();
        GateCost.CollectGateGradients(compressed, default(PerCost<double>).With(CostKind.Bops, 0));

        Assert.All(compressed.Parameters, parameter => Assert.True(parameter.grad!.abs().sum().item<float>() > 0));
        Assert.All(compressed.Intervals, interval => Assert.NotEqual(0, interval.Gradient));
        Assert.All(compressed.Layers, layer => Assert.NotEqual(0, layer.Weights.Gates.Parameters[0].Gradient));
        Assert.All(compressed.Layers, layer => Assert.NotEqual(0, layer.Activations.Gates.Parameters[0].Gradient));
        Assert.All(compressed.Layers.Where(layer => layer.Filters.CanPrune), layer => Assert.NotEqual(0, layer.Filters.Gates!.Parameters[0].Gradient));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_filter_gates_gradient_is_what_the_loss_does_when_the_filters_output_is_scaled(int layer)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        var input = rand([16, 3, 8, 8]);
        MakeNormUnusual(network);
        using var compressed = Compressed.Of(network, input);
        var target = randint(4, [16]);
        network.train();
        functional.cross_entropy(compressed.Run(input), target).backward();
        compressed.CollectGradients();
        Assert.All(compressed.Layers, each => Assert.DoesNotContain(false, each.Filters.Kept));
        var gradients = compressed.Layers[layer].Filters.Gradients.ToArray();

        // Scaling what leaves the filter (behind the norm, for the first layer) scales all that its gate multiplies.
        var scale = ones([gradients.Length]).requires_grad_();
        var module = layer == 0 ? compressed.Norms[0].Module : compressed.Layers[layer].Layer.Module;
        var shape = layer == 2 ? new long[] { 1, -1 } : [1, -1, 1, 1];
        using var hook = new HookSet();
        hook.After(module, (_, output) => output * scale.reshape(shape));
        functional.cross_entropy(compressed.Run(input), target).backward();

        Assert.All(scale.grad!.data<float>().ToArray().Zip(gradients), pair => Assert.Equal(pair.First, pair.Second, 4));
        Assert.Contains(gradients, gradient => Math.Abs(gradient) > 1e-4);
    }

    [Fact]
    public void A_gate_that_a_depthwise_filter_follows_has_the_gradient_of_scaling_what_leaves_the_depthwise_filter()
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(4);
        var (a, depthwise, b) = (Conv2d(3, 6, 3), Conv2d(6, 6, 3, groups: 6), Conv2d(6, 4, 1));
        using var network = new FunctionNetwork(x => b.call(depthwise.call(functional.relu(a.call(x)))).mean([2, 3]), ("a", a), ("depthwise", depthwise), ("b", b));
        var (input, target) = (rand([16, 3, 8, 8]), randint(4, [16]));
        using var compressed = Compressed.Of(network, input, Compressed.Everything with { Bits = BitChain.Parse("16") });
        network.train();
        functional.cross_entropy(compressed.Run(input), target).backward();
        compressed.CollectGradients();
        TiedFilters.PassGradients(compressed);

        var scale = ones([6]).requires_grad_();
        using var hook = new HookSet();
        hook.After(depthwise, (_, output) => output * scale.reshape(1, -1, 1, 1));
        functional.cross_entropy(compressed.Run(input), target).backward();

        Assert.All(scale.grad!.data<float>().ToArray().Zip(compressed.Layers[0].Filters.Gradients), pair => Assert.Equal(pair.First, pair.Second, 4));
        Assert.Contains(compressed.Layers[0].Filters.Gradients, gradient => Math.Abs(gradient) > 1e-4);
        Assert.All(compressed.Layers[1].Filters.Gradients, gradient => Assert.Equal(0, gradient));
    }

    [Fact]
    public void Depthwise_filters_come_and_go_with_their_inputs_while_gates_learn()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Of("depthwise");
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]));
        network.train();
        compressed.Layers[1].Filters.Gates!.Parameters[0].Value = 1;
        _ = compressed.Run(rand([5, 3, 8, 8]));

        Assert.Equal("grouped", compressed.Layers[2].Layer.Shape.Name);
        Assert.Contains(false, compressed.Layers[1].Filters.Kept);
        Assert.Equal(compressed.Layers[1].Filters.Kept, compressed.Layers[2].Filters.Kept);
        Assert.False(compressed.Layers[2].Filters.CanPrune);
    }

    [Fact]
    public void Frozen_layers_compute_with_weights_on_the_grid()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        var input = rand([5, 3, 8, 8]);
        using var compressed = Compressed.Of(network, input);
        compressed.Freeze(Compressed.RandomDecisions(compressed, 1));
        var seen = new List<(float[] Values, int Levels)>();
        foreach (var layer in compressed.Layers)
        {
            // After our own hook: the slot holds what the layer is about to compute with.
            ((Module<Tensor, Tensor>)layer.Layer.Module).register_forward_pre_hook((module, x) =>
            {
                var weight = module is Conv2d conv ? conv.weight : ((TorchSharp.Modules.Linear)module).weight;
                seen.Add(([.. weight!.detach().flatten().data<float>().ToArray().Distinct()], (1 << layer.Decision.WeightBits) - 1));
                return x;
            });
        }

        _ = compressed.Run(input);

        Assert.Equal(4, seen.Count);
        Assert.All(seen, layer => Assert.InRange(layer.Values.Length, 1, layer.Levels));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_pruned_network_gives_what_the_network_without_those_filters_gives(int seed)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        _ = manual_seed(seed);
        var input = rand([7, 3, 8, 8]);
        MakeNormUnusual(network);
        using var compressed = Compressed.Of(network, input);
        var decisions = Compressed.RandomDecisions(compressed, seed);
        compressed.Freeze(decisions);
        Assert.Contains(decisions, decision => decision.KeptFilters < decision.Kept.Count);
        network.eval();
        var pruned = compressed.Run(input);

        using var small = TestNetworks.Chain(decisions[0].KeptFilters, decisions[1].KeptFilters, decisions[2].KeptFilters);
        using var smaller = Smaller.Of(compressed, small, input);
        small.eval();

        Assert.True(smaller.Run(input).allclose(pruned, atol: 1e-5));
        Assert.True(pruned.std().item<float>() > 1e-4);
    }

    [Fact]
    public void Pruned_filters_are_exactly_zero_behind_bias_and_norm_in_training_too()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        var input = rand([7, 3, 8, 8]);
        MakeNormUnusual(network);
        using var compressed = Compressed.Of(network, input);
        var decisions = Compressed.RandomDecisions(compressed, 2);
        compressed.Freeze(decisions);
        network.train();
        var zeros = new Dictionary<int, bool[]>();
        for (var i = 1; i < 4; i++)
        {
            var index = i;
            ((Module<Tensor, Tensor>)compressed.Layers[i].Layer.Module).register_forward_pre_hook((_, x) =>
            {
                zeros[index] = [.. x.movedim([1], [0]).flatten(1).eq(0).all(1).data<bool>().ToArray()];
                return x;
            });
        }

        _ = compressed.Run(input);

        Assert.All(Enumerable.Range(0, 6), c => Assert.True(decisions[0].Kept[c] || zeros[1][c]));
        Assert.All(Enumerable.Range(0, 40), c => Assert.True(decisions[1].Kept[c / 4] || zeros[2][c]));
        Assert.All(Enumerable.Range(0, 12), c => Assert.True(decisions[2].Kept[c] || zeros[3][c]));
    }

    /// <summary>Statistics and shifts that would turn a pruned filter into a constant if it were not masked.</summary>
    private static void MakeNormUnusual(Module<Tensor, Tensor> network)
    {
        using var noGradient = no_grad();
        var norm = network.modules().OfType<BatchNorm2d>().Single();
        norm.bias!.uniform_(0.5, 1);
        norm.weight.uniform_(0.5, 1);
        norm.running_mean!.uniform_(-1, 1);
        norm.running_var!.uniform_(0.5, 2);
    }
}
