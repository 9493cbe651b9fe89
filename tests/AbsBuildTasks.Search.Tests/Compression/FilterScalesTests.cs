using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Tests.Infrastructure;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Compression;

/// <summary>Weights of which each filter has a clipping interval of its own.</summary>
public class FilterScalesTests
{
    private static readonly SearchSettings Settings = Compressed.Everything with { WeightScales = ScaleKind.Filter };

    public static TheoryData<string> Removable => [.. RemovableNetwork.Names];

    /// <summary>Filters of very different size, each a multiple of the first.</summary>
    [Theory]
    [InlineData("2")]
    [InlineData("4")]
    [InlineData("8")]
    public void Filters_that_are_multiples_of_each_other_have_the_same_levels(string bits)
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(1);
        float[] factors = [1, 0.25f, 16, -2];
        using var network = Sequential(("fc", Linear(50, 4, hasBias: false)));
        using (no_grad())
        {
            var weight = network.get_parameter("fc.weight")!;
            _ = weight.copy_(weight[0].detach().clone().unsqueeze(0) * tensor(factors).unsqueeze(1));
        }

        using var compressed = Compressed.Of(network, randn([5, 50]), Settings with { Bits = BitChain.Parse(bits) });
        var layer = compressed.Layers[0];
        var used = Used(compressed, "fc", randn([5, 50]));

        var intervals = layer.Weights.Intervals;
        Assert.All(intervals.Zip(factors), pair => Assert.Equal(intervals[0] * Math.Abs(pair.Second), pair.First, 1e-4 * pair.First));
        var levels = used.div(tensor(intervals).unsqueeze(1)).mul(tensor(factors).sign().unsqueeze(1));
        Assert.True(levels.sub(levels[0]).abs().max().item<float>() < 1e-3);

        // One for the layer would leave nothing of the small ones at 2 bits.
        Assert.All(Enumerable.Range(0, 4), filter => Assert.True(used[filter].abs().sum().item<float>() > 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_interval_has_the_gradient_of_the_loss(bool normalize)
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(2);
        using var network = Sequential(("fc", Linear(20, 3)));
        var input = rand([5, 20]);

        // Of 16 bits, so that levels are close enough for difference quotients; some weights are clipped.
        using var compressed = Compressed.Of(network, input, Settings with { WeightNormalization = normalize, Bits = BitChain.Parse("16") });
        network.train();
        foreach (var interval in compressed.Layers[0].Weights.TrainedIntervals)
        {
            interval.Value *= 0.6;
        }

        compressed.Run(input).square().sum().backward();
        compressed.CollectGradients();
        foreach (var interval in compressed.Layers[0].Weights.TrainedIntervals)
        {
            var (at, step) = (interval.Value, 2e-3 * interval.Value);
            var quotient = (Loss(at + step) - Loss(at - step)) / (2 * step);
            interval.Value = at;
            Assert.NotEqual(0, interval.Gradient);
            Assert.Equal(quotient, interval.Gradient, 0.02 + (0.02 * Math.Abs(quotient)));

            double Loss(double value)
            {
                interval.Value = value;
                return compressed.Run(input).square().sum().item<float>();
            }
        }
    }

    /// <summary>Also of layers whose filters do not come first in their weight, in groups or not.</summary>
    [Theory]
    [MemberData(nameof(Removable))]
    public void Each_filter_lies_on_its_own_levels_in_a_network_of_any_kind_of_layers(string name)
    {
        using var scope = NewDisposeScope();
        var made = RemovableNetwork.Named(name);
        using var network = made.Create(made.Widths);
        var input = randn(made.Input);
        using var compressed = Compressed.Of(network, input, Settings with { Bits = BitChain.Parse("4") });
        network.eval();
        Dictionary<string, Tensor> used = [];
        var layers = compressed.Layers.Where(layer => layer.Layer.Kind.CanScaleFilters).ToArray();
        foreach (var layer in layers)
        {
            compressed.Network.Module.eval();
            layer.Prepare(training: false);
            _ = layer.Enter(input);
            used[layer.Layer.Shape.Name] = layer.Layer.Layout.ToFilters(layer.Layer.Kind.WeightOf(layer.Layer.Module).detach().clone());
            layer.Leave();
        }

        foreach (var layer in layers)
        {
            var intervals = layer.Weights.Intervals;
            Assert.Equal(layer.Layer.Shape.Filters, intervals.Length);
            var levels = used[layer.Layer.Shape.Name].flatten(1).div(tensor(intervals).unsqueeze(1)).mul(7.5);
            Assert.True(levels.sub(levels.round()).abs().max().item<float>() < 1e-3);
            Assert.True(levels.abs().max().item<float>() < 7.01);
        }
    }

    [Fact]
    public void A_filter_of_zeros_has_an_interval_and_can_come_back()
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(3);
        using var network = Sequential(("a", Linear(6, 5)), ("b", Linear(5, 4)));
        var weight = network.get_parameter("a.weight")!;
        using (no_grad())
        {
            _ = weight[1].zero_();
        }

        var input = randn(8, 6);
        using var compressed = Compressed.Of(network, input, Settings with { Layers = LayerRules.Parse("*:whole") });
        network.train();
        using var optimizer = optim.SGD(compressed.Parameters, 0.1);
        for (var step = 0; step < 3; step++)
        {
            optimizer.zero_grad();
            functional.cross_entropy(compressed.Run(input), arange(8, ScalarType.Int64).remainder(4)).backward();
            compressed.CollectGradients();
            foreach (var interval in compressed.Intervals)
            {
                Assert.True(double.IsFinite(interval.Gradient));
                interval.Step(0.01);
            }

            _ = optimizer.step();
        }

        Assert.All(compressed.Layers.SelectMany(layer => layer.Weights.Intervals), interval => Assert.True(float.IsFinite(interval) && interval > 0));
        Assert.All(network.parameters(), parameter => Assert.True(parameter.isfinite().all().item<bool>()));
        Assert.True(weight[1].abs().sum().item<float>() > 0);
    }

    [Fact]
    public void Weights_that_are_not_quantised_have_none()
    {
        using var scope = NewDisposeScope();
        using var compressed = Compressed.Of(TestNetworks.Chain(), randn(8, 3, 8, 8), Settings with { Layers = LayerRules.Parse("conv1:32/8") });

        Assert.Equal([false, true, true, true], compressed.Layers.Select(layer => layer.HasFilterScales));
    }

    /// <summary>The weight that a linear layer runs with.</summary>
    private static Tensor Used(CompressedNetwork compressed, string name, Tensor input)
    {
        var layer = (Linear)compressed.Layers.Single(layer => layer.Layer.Shape.Name == name).Layer.Module;
        Tensor? used = null;
        _ = layer.register_forward_pre_hook((module, x) =>
        {
            used = ((Linear)module).weight!.detach().clone();
            return x;
        });
        compressed.Network.Module.eval();
        _ = compressed.Run(input);
        return used!;
    }
}
