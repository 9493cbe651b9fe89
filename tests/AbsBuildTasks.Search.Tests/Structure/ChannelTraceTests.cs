using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Structure;

public class ChannelTraceTests
{
    [Fact]
    public void Of_a_consumer_that_has_taken_nothing_nothing_is_guessed()
    {
        using var graph = new TraceGraph(new TraceDraw(1));
        using var given = graph.Give(0, rand(2, 3));

        var guess = graph.Of(0, null, null);

        Assert.Empty(guess.Earlier);
        Assert.Empty(guess.Likely);
    }

    [Fact]
    public void In_a_chain_each_channel_has_its_one_filter_and_flattening_repeats_it()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        var example = rand([2, 3, 8, 8]);
        var map = Traced.Map(network, example);

        Assert.Equal([true, true, true, false], map.Prunable);
        Assert.All(map.Layers[0].Channels, Assert.Null);
        Assert.Equal(Enumerable.Range(0, 6).Select(c => new FilterIndex(0, c)), map.Layers[1].Channels.Select(sources => sources!.Single()));
        Assert.Equal(Enumerable.Range(0, 6).Select(c => new FilterIndex(0, c)), map.Norms[0].Channels.Select(sources => sources!.Single()));
        Assert.Equal(Enumerable.Range(0, 40).Select(c => new FilterIndex(1, c / 4)), map.Layers[2].Channels.Select(sources => sources!.Single()));
    }

    [Fact]
    public void A_trace_that_is_cancelled_leaves_the_weights_as_they_were()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Of("shift");
        var example = rand([2, 3, 8, 8]);
        var probe = Traced.Probe(network, example);
        var before = network.parameters().Select(parameter => parameter.detach().clone()).ToArray();

        _ = Assert.Throws<OperationCanceledException>(() => ChannelTrace.Run(Traced.Model(network), probe, [example], new CancellationToken(canceled: true).ThrowIfCancellationRequested));

        Assert.All(network.parameters().Zip(before), pair => Assert.True(pair.First.equal(pair.Second).all().item<bool>()));
    }

    [Fact]
    public void A_residual_sum_has_both_filters_as_sources()
    {
        var (a, b, c) = (Linear(3, 5), Linear(5, 5), Linear(5, 2));
        var map = Trace(
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
        var map = Trace(
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
        var map = Trace(x => c.call(cat([a.call(x), x, b.call(x)], 1)), [2, 1, 4, 4], ("a", a), ("b", b), ("c", c));

        Assert.Equal(
            [new FilterIndex(0, 0), new FilterIndex(0, 1), new FilterIndex(0, 2), null, new FilterIndex(1, 0), new FilterIndex(1, 1)],
            map.Layers[2].Channels.Select(sources => sources is null ? (FilterIndex?)null : sources.Single()));
    }

    [Fact]
    public void A_product_of_two_layers_counts_as_always_live()
    {
        var (a, b, c) = (Linear(3, 4), Linear(3, 4), Linear(4, 2));
        var map = Trace(x => c.call(a.call(x) * b.call(x)), [2, 3], ("a", a), ("b", b), ("c", c));

        Assert.All(map.Layers[2].Channels, Assert.Null);
        Assert.Equal(4, map.Layers[2].IsLive([new bool[4], new bool[4], new bool[2]]).Count(live => live));
    }

    [Fact]
    public void A_depthwise_layer_passes_the_filters_it_follows_on()
    {
        var (a, depthwise, b) = (Conv2d(3, 4, 1), Conv2d(4, 8, 3, groups: 4), Conv2d(8, 2, 1));
        var map = Trace(x => b.call(functional.relu(depthwise.call(functional.relu(a.call(x))))), [2, 3, 4, 4], ("a", a), ("depthwise", depthwise), ("b", b));

        Assert.Equal([true, false, false], map.Prunable);
        Assert.Equal(Enumerable.Range(0, 8).Select(c => new FilterIndex(0, c / 2)), map.Layers[2].Channels.Select(sources => sources!.Single()));
    }

    [Fact]
    public void A_depthwise_layer_that_is_called_again_has_filters_of_its_own()
    {
        var (a, twice, b) = (Conv2d(3, 4, 1), Conv2d(4, 4, 3, padding: 1, groups: 4), Conv2d(4, 2, 1));
        var map = Trace(
            x =>
            {
                x = twice.call(a.call(x));
                return b.call(functional.relu(twice.call(functional.relu(x))));
            },
            [2, 3, 4, 4],
            ("a", a),
            ("twice", twice),
            ("b", b));

        Assert.Equal([true, true, false], map.Prunable);
        Assert.Equal(Enumerable.Range(0, 4).Select(c => new FilterIndex(1, c)), map.Layers[2].Channels.Select(sources => sources!.Single()));
    }

    [Fact]
    public void Behind_a_norm_that_serves_two_layers_everything_is_live()
    {
        var (a, b, norm, c) = (Linear(3, 4), Linear(4, 4), BatchNorm1d(4), Linear(4, 2));
        var map = Trace(x => c.call(norm.call(b.call(norm.call(a.call(x))))), [2, 3], ("a", a), ("b", b), ("norm", norm), ("c", c));

        Assert.All(map.Layers[1].Channels.Concat(map.Layers[2].Channels), Assert.Null);
        Assert.Equal([false, false, false], map.Prunable);
    }

    [Fact]
    public void A_sigmoid_of_a_pruned_filter_stays_live()
    {
        var (a, b) = (Linear(3, 4), Linear(4, 2));
        var map = Trace(x => b.call(functional.sigmoid(a.call(x))), [2, 3], ("a", a), ("b", b));

        Assert.Equal(4, map.Layers[1].IsLive([new bool[4], new bool[2]]).Count(live => live));
    }

    [Fact]
    public void Channels_that_no_layer_feeds_are_live_as_other_inputs_may_light_them()
    {
        var (a, b) = (Linear(3, 4), Linear(6, 2));
        var map = Trace(x => b.call(functional.pad(a.call(x), [0, 2])), [2, 3], ("a", a), ("b", b));

        Assert.Equal(6, map.Layers[1].IsLive([[true, true, true, true], [true, true]]).Count(live => live));
        var (c, d) = (Linear(3, 3), Linear(6, 2));
        var lit = Trace(x => d.call(cat([x.gt(100).to(ScalarType.Float32), c.call(x)], 1)), [2, 3], ("c", c), ("d", d));
        Assert.DoesNotContain(false, lit.Layers[1].IsLive([[true, true, true], [true, true]]));
    }

    [Fact]
    public void A_layer_that_reaches_the_output_directly_cannot_be_pruned()
    {
        var (a, b) = (Linear(3, 4), Linear(4, 2));
        var map = Trace(
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
    public void A_live_channel_passes_its_gradient_once_to_the_gate_of_all_its_sources()
    {
        var (a, b, c) = (Linear(3, 3), Linear(3, 3), Linear(3, 2));
        var map = Trace(
            x =>
            {
                x = a.call(x);
                return c.call(x + b.call(x));
            },
            [2, 3],
            ("a", a),
            ("b", b),
            ("c", c));
        double[][] gradients = [new double[3], new double[3], new double[2]];

        map.Layers[2].AddGateGradients([10, 20, 30], gradients);

        Assert.Equal([10.0, 20, 30], gradients[0].Zip(gradients[1], (one, other) => one + other));
    }

    [Theory]
    [MemberData(nameof(TestNetworks.Structures), MemberType = typeof(TestNetworks))]
    public void What_counts_as_dead_is_zero_in_the_network_itself_however_it_trains(string structure)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Of(structure);
        var input = randn([6, 3, 8, 8]);
        using var compressed = Compressed.Of(network, input);
        Train(network);
        compressed.Freeze(Compressed.RandomDecisions(compressed, 3));
        var dead = 0;
        for (var i = 0; i < compressed.Layers.Count; i++)
        {
            var live = compressed.Map.Layers[i].IsLive(compressed.Kept);
            _ = ((Module<Tensor, Tensor>)compressed.Layers[i].Layer.Module).register_forward_pre_hook((_, x) =>
            {
                var zero = x.movedim([x.dim() == 2 ? -1 : 1], [0]).flatten(1).eq(0).all(1).data<bool>().ToArray();
                Assert.All(live.Zip(zero), channel => Assert.True(channel.First || channel.Second));
                dead += live.Count(channel => !channel);
                return x;
            });
        }

        foreach (var training in new[] { true, false })
        {
            network.train(training);
            _ = compressed.Run(input);
        }

        Assert.True(dead > 0);
    }

    [Fact]
    public void Only_a_layer_whose_whole_output_goes_through_the_norm_is_behind_it()
    {
        foreach (var (structure, layer, expected) in new[] { ("residual", 1, true), ("pre-activation", 0, false), ("depthwise", 1, true) })
        {
            using var network = TestNetworks.Of(structure);
            var example = rand([2, 3, 8, 8]);
            Assert.Equal(expected, Traced.Map(network, example).BehindNorm[layer]);
        }
    }

    [Fact]
    public void Parameters_are_what_they_were_after_a_trace()
    {
        using var network = TestNetworks.Of("shift");
        var example = rand([2, 3, 8, 8]);
        _ = Traced.Map(network, example);

        Assert.Equal(0, network.get_parameter("shift")!.abs().sum().item<float>());
    }

    /// <summary>Moves every parameter, as training would.</summary>
    private static void Train(Module network)
    {
        using var noGradient = no_grad();
        foreach (var parameter in network.parameters())
        {
            _ = parameter.add_(rand_like(parameter).mul(0.3));
        }
    }

    private static ChannelMap Trace(Func<Tensor, Tensor> forward, long[] shape, params (string Name, Module Layer)[] layers)
    {
        using var network = new FunctionNetwork(forward, layers);
        var example = rand(shape);
        return Traced.Map(network, example);
    }
}
