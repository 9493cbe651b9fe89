using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Structure;

public class ChannelTraceTests
{
    [Fact]
    public void In_a_chain_each_channel_has_its_one_filter_and_flattening_repeats_it()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        var example = rand([2, 3, 8, 8]);
        using var map = ChannelTrace.Run(network, NetworkProbe.Run(network, example), example);

        Assert.Equal([true, true, true, false], map.Prunable);
        Assert.All(map.Layers[0].Channels, Assert.Null);
        Assert.Equal(Enumerable.Range(0, 6).Select(c => new FilterIndex(0, c)), map.Layers[1].Channels.Select(sources => sources!.Single()));
        Assert.Equal(Enumerable.Range(0, 6).Select(c => new FilterIndex(0, c)), map.Norms[0].Channels.Select(sources => sources!.Single()));
        Assert.Equal(Enumerable.Range(0, 40).Select(c => new FilterIndex(1, c / 4)), map.Layers[2].Channels.Select(sources => sources!.Single()));
    }

    [Fact]
    public void A_residual_sum_has_both_filters_as_sources()
    {
        var (a, b, c) = (Linear(3, 5), Linear(5, 5), Linear(5, 2));
        using var map = Trace(
            x =>
            {
                x = functional.relu(a.call(x));
                return c.call(functional.relu(x + b.call(x)));
            },
            [2, 3],
            ("a", a),
            ("b", b),
            ("c", c));

        Assert.Equal([true, true, false], map.Prunable);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal([new FilterIndex(0, i), new FilterIndex(1, i)], map.Layers[2].Channels[i]!);
        }

        // Live while either source is kept.
        bool[] none = [false, false, false, false, false];
        Assert.Equal(2, map.Layers[2].IsLive([[true, false, false, false, false], [false, false, false, true, false], none]).Count(live => live));
        Assert.Equal(0, map.Layers[2].IsLive([none, none, none]).Count(live => live));
    }

    [Fact]
    public void A_difference_behind_a_rectifier_keeps_both_sources()
    {
        var (a, b, c) = (Linear(3, 4), Linear(4, 4), Linear(4, 2));
        using var map = Trace(
            x =>
            {
                x = a.call(x);
                return c.call(functional.relu(x - b.call(functional.relu(x))));
            },
            [2, 3],
            ("a", a),
            ("b", b),
            ("c", c));

        Assert.All(map.Layers[2].Channels, sources => Assert.Equal(2, sources!.Count));
    }

    [Fact]
    public void A_concatenation_puts_channels_side_by_side()
    {
        var (a, b, c) = (Conv2d(1, 3, 3, padding: 1), Conv2d(1, 2, 1), Conv2d(6, 2, 1));
        using var map = Trace(x => c.call(cat([a.call(x), x, b.call(x)], 1)), [2, 1, 4, 4], ("a", a), ("b", b), ("c", c));

        Assert.Equal(
            [new FilterIndex(0, 0), new FilterIndex(0, 1), new FilterIndex(0, 2), null, new FilterIndex(1, 0), new FilterIndex(1, 1)],
            map.Layers[2].Channels.Select(sources => sources is null ? (FilterIndex?)null : sources.Single()));
    }

    [Fact]
    public void A_product_of_two_layers_counts_as_always_live()
    {
        var (a, b, c) = (Linear(3, 4), Linear(3, 4), Linear(4, 2));
        using var map = Trace(x => c.call(a.call(x) * b.call(x)), [2, 3], ("a", a), ("b", b), ("c", c));

        Assert.All(map.Layers[2].Channels, Assert.Null);
        Assert.Equal(4, map.Layers[2].IsLive([new bool[4], new bool[4], new bool[2]]).Count(live => live));
    }

    [Fact]
    public void A_sigmoid_of_a_pruned_filter_stays_live()
    {
        var (a, b) = (Linear(3, 4), Linear(4, 2));
        using var map = Trace(x => b.call(functional.sigmoid(a.call(x))), [2, 3], ("a", a), ("b", b));

        Assert.Equal(4, map.Layers[1].IsLive([new bool[4], new bool[2]]).Count(live => live));
    }

    [Fact]
    public void Channels_that_are_zero_by_construction_are_dead()
    {
        var (a, b) = (Linear(3, 4), Linear(6, 2));
        using var map = Trace(x => b.call(functional.pad(a.call(x), [0, 2])), [2, 3], ("a", a), ("b", b));

        Assert.Equal(4, map.Layers[1].IsLive([[true, true, true, true], [true, true]]).Count(live => live));
    }

    [Fact]
    public void A_layer_that_reaches_the_output_directly_cannot_be_pruned()
    {
        var (a, b) = (Linear(3, 4), Linear(4, 2));
        using var map = Trace(
            x =>
            {
                x = a.call(x);
                return cat([x, b.call(x)], 1);
            },
            [2, 3],
            ("a", a),
            ("b", b));

        Assert.Equal([false, false], map.Prunable);
    }

    [Fact]
    public void Live_channels_carry_gradients_to_the_gates()
    {
        using var scope = NewDisposeScope();
        var (a, b, c) = (Linear(3, 2), Linear(2, 2), Linear(2, 2));
        using var map = Trace(
            x =>
            {
                x = a.call(x);
                return c.call(x + b.call(x));
            },
            [2, 3],
            ("a", a),
            ("b", b),
            ("c", c));
        var (gateA, gateB) = (tensor([1f, 0f]).requires_grad_(), tensor([0f, 0f]).requires_grad_());

        var live = map.Layers[2].Live([gateA, gateB, ones([2])]);
        live.sum().backward();

        // 1 − (1 − a)(1 − b): closing b changes nothing while a is open.
        Assert.Equal([1f, 0f], live.data<float>().ToArray());
        Assert.Equal([1f, 1f], gateA.grad!.data<float>().ToArray());
        Assert.Equal([0f, 1f], gateB.grad!.data<float>().ToArray());
    }

    private static ChannelMap Trace(Func<Tensor, Tensor> forward, long[] shape, params (string Name, Module Layer)[] layers)
    {
        using var network = new FunctionNetwork(forward, layers);
        var example = rand(shape);
        return ChannelTrace.Run(network, NetworkProbe.Run(network, example), example);
    }
}
