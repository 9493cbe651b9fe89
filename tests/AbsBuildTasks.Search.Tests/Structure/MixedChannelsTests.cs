using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Tests.Infrastructure;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Structure;

/// <summary>What hides values, cancels, normalises or reorders them on their way to the next layer.</summary>
public class MixedChannelsTests
{
    /// <summary>Steps between a layer of 6 filters and the next, whether its filters may go, and how many stay for the others.</summary>
    public static TheoryData<string, bool> Steps => new()
    {
        { "relu", true },
        { "leaky", true },
        { "threshold", true },
        { "hard shrink by comparison", true },
        { "reorder", true },
        { "cumulative sum over time", true },
        { "difference over time", true },
        { "mean over time taken off", true },
        { "deviation over time", true },
        { "time first", true },
        { "last step", true },
        { "functional instance norm", false },
        { "mean over channels taken off", false },
        { "root mean square over channels", false },
        { "unit length", false },
        { "layer norm", false },
        { "softmax over channels", false },
        { "sort over channels", false },
        { "cumulative sum over channels", false },
        { "sigmoid", false },
        { "own shift", false },
        { "own buffer taken off", false },
        { "shift in training", false },
        { "by the sign of the neighbour", false },
        { "shift where the mean is above zero", false },
    };

    [Theory]
    [MemberData(nameof(Steps))]
    public void Filters_may_go_only_where_their_channel_is_zero_without_them_and_no_other_changes(string step, bool prunable)
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(3);
        var (a, b, c) = (Linear(5, 6), Linear(6, 6), Linear(6, 2));
        var between = Step(step);
        using var network = new FunctionNetwork(x => c.call(functional.relu(b.call(between(a.call(x))))), ("a", a), ("b", b), ("c", c))
            .With("shift", new Parameter(zeros(6)));
        network.register_buffer("mean", zeros(6));
        Shift = network.get_parameter("shift")!;
        Mean = network.get_buffer("mean")!;
        Network = network;

        var map = Traced.Map(network, rand([4, 7, 5]));

        // The shift is a layer, too, and the last one, where it is used.
        Assert.Equal(step == "own shift" ? [prunable, true, false, false] : [prunable, true, false], map.Prunable);
        Assert.Equal(prunable ? [] : [0], map.Mixed);
        Assert.All(map.Layers[1].Channels.Index(), channel => Assert.True(!prunable || channel.Item is [var only] && only == new FilterIndex(0, channel.Index)));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(300)]
    public void What_passes_a_high_threshold_counts_beside_what_passes_any(double threshold)
    {
        var (a, b, c) = (Linear(5, 6), Linear(5, 6), Linear(6, 2));
        var map = Trace(x => c.call(functional.relu(a.call(x)) + functional.relu(b.call(x) - threshold)), [4, 5], ("a", a), ("b", b), ("c", c));

        Assert.All(map.Layers[2].Channels.Index(), channel => Assert.Equal([new FilterIndex(0, channel.Index), new(1, channel.Index)], channel.Item!.OrderBy(index => index.Layer)));
    }

    [Fact]
    public void Of_a_gated_linear_unit_only_values_may_go_and_gates_stay()
    {
        var (a, b) = (Linear(5, 8), Linear(4, 2));
        var map = Trace(x => b.call(functional.glu(a.call(x))), [4, 5], ("a", a), ("b", b));

        Assert.Equal([true, false], map.Prunable);
        Assert.Equal([false, false, false, false, true, true, true, true], map.Stays[0]!);
        Assert.Equal(Enumerable.Range(0, 4).Select(c => new FilterIndex(0, c)), map.Layers[1].Channels.Select(sources => Assert.Single(sources!)));
    }

    [Fact]
    public void Of_attention_made_of_one_layer_only_values_may_go()
    {
        var (qkv, output) = (Linear(5, 12), Linear(4, 2));
        var map = Trace(
            x =>
            {
                var parts = qkv.call(x).chunk(3, -1);
                return output.call(functional.softmax(parts[0].matmul(parts[1].transpose(1, 2)), -1).matmul(parts[2])).mean([1]);
            },
            [4, 3, 5],
            ("qkv", qkv),
            ("output", output));

        Assert.Equal([true, false], map.Prunable);
        Assert.Equal(Enumerable.Range(0, 12).Select(filter => filter < 8), map.Stays[0]!);
    }

    [Fact]
    public void Gates_of_neighbours_keep_a_layer_whole()
    {
        var (a, b) = (Linear(5, 4), Linear(4, 2));
        var map = Trace(
            x =>
            {
                x = a.call(x);
                return b.call(x * x.roll(1, -1).sigmoid());
            },
            [4, 5],
            ("a", a),
            ("b", b));

        Assert.Equal([false, false], map.Prunable);
        Assert.All(map.Layers[1].Channels, Assert.Null);
    }

    [Fact]
    public void Calls_of_one_layer_that_are_taken_from_each_other_leave_its_filters_sources()
    {
        var (a, b) = (Linear(5, 4), Linear(4, 2));
        var map = Trace(x => b.call((a.call(x) - a.call(x.flip([1]))).abs()), [4, 5], ("a", a), ("b", b));

        Assert.Equal([true, false], map.Prunable);
        Assert.Equal(4, map.Layers[1].IsLive([[true, true, true, true], [true, true]]).Count(live => live));
    }

    [Fact]
    public void A_table_without_a_batch_is_traced_and_counted_as_one_inference()
    {
        var (a, first, second, b) = (Linear(5, 4), Linear(2, 6), Linear(6, 4), Linear(4, 2));
        var table = rand(1, 3, 2);
        using var network = new FunctionNetwork(x => b.call(functional.relu(a.call(x) + second.call(functional.relu(first.call(table))))).mean([1]), ("a", a), ("first", first), ("second", second), ("b", b));
        var probe = Traced.Probe(network, rand([4, 3, 5]));
        var map = Traced.Map(network, rand([4, 3, 5]));

        Assert.Equal(
            [("a", 3L * 20), ("first", 3 * 12), ("second", 3 * 24), ("b", 3 * 8)],
            probe.Layers.OrderBy(layer => layer.Shape.Name == "b").ThenBy(layer => layer.Shape.Name).Select(layer => (layer.Shape.Name, layer.Shape.Macs)));
        Assert.All(map.Layers.Skip(1).SelectMany(layer => layer.IsLive([.. probe.Layers.Select(layer => Enumerable.Repeat(true, layer.Shape.Filters).ToArray())])), Assert.True);
    }

    [Fact]
    public void A_category_in_a_column_of_numbers_is_traced_on_real_examples()
    {
        var (words, a, b) = (Embedding(5, 3), Linear(5, 4), Linear(4, 2));
        using var network = new FunctionNetwork(x => b.call(functional.relu(a.call(cat([words.call(x.select(1, 0).to(ScalarType.Int64)), x.narrow(1, 1, 2)], 1)))), ("words", words), ("a", a), ("b", b));
        var examples = cat([randint(5, [6, 1]).to(ScalarType.Float32), rand(6, 2)], 1);

        var map = Traced.Map(network, examples);
        Assert.Null(map.Untraced);
        Assert.Equal([true, true, false], map.Prunable);
    }

    [Fact]
    public void A_network_that_goes_its_way_by_its_values_keeps_all_filters_and_says_why()
    {
        var (a, b, c) = (Linear(5, 4), Linear(4, 4), Linear(4, 2));
        var map = Trace(
            x =>
            {
                x = a.call(x);
                return c.call(x.mean().item<float>() > 0 ? b.call(x) : b.call(b.call(x)));
            },
            [4, 5],
            ("a", a),
            ("b", b),
            ("c", c));

        Assert.DoesNotContain(true, map.Prunable);
        Assert.Contains("for other values", map.Untraced);
    }

    [Fact]
    public void A_network_that_counts_its_calls_keeps_all_filters_and_says_why()
    {
        var (a, b, calls) = (Linear(5, 4), Linear(4, 2), 0);
        var map = Trace(x => b.call(functional.relu(a.call(x)) + ++calls), [4, 5], ("a", a), ("b", b));

        Assert.DoesNotContain(true, map.Prunable);
        Assert.Contains("runs again on the same ones", map.Untraced);
    }

    [Fact]
    public void A_layer_that_gives_back_its_input_may_have_it_disposed()
    {
        using var network = Sequential(("a", Linear(5, 4)), ("norm", BatchNorm1d(4)), ("relu", ReLU()), ("b", Linear(4, 2)));

        Assert.Equal([true, false], Traced.Map(network, rand([4, 5])).Prunable);
    }

    private static Parameter Shift { get; set; } = null!;

    private static Tensor Mean { get; set; } = null!;

    private static FunctionNetwork Network { get; set; } = null!;

    /// <summary>What stands between two layers, for <c>[N, T, 6]</c>.</summary>
    private static Func<Tensor, Tensor> Step(string name) => name switch
    {
        "relu" => x => functional.relu(x),
        "leaky" => x => functional.leaky_relu(x),
        "threshold" => x => functional.threshold(x, 0.1, 0),
        "hard shrink by comparison" => x => where(x.abs().gt(0.2), x, zeros_like(x)),
        "reorder" => x => x.flip([1]).transpose(0, 1).contiguous().transpose(0, 1),
        "cumulative sum over time" => x => x.cumsum(1),
        "difference over time" => x => x.narrow(1, 1, 6) - x.narrow(1, 0, 6),
        "mean over time taken off" => x => x - x.mean([1], keepdim: true),
        "deviation over time" => x => (x - x.mean([1], keepdim: true)).square().mean([1]).sqrt(),
        "time first" => x => functional.relu(x.transpose(0, 1)),
        "last step" => x => functional.relu(x.transpose(0, 1))[-1],
        "functional instance norm" => x => functional.instance_norm(x.transpose(1, 2)).transpose(1, 2) + 0.01f,
        "mean over channels taken off" => x => x - x.mean([-1], keepdim: true),
        "root mean square over channels" => x => x / (x.square().mean([-1], keepdim: true) + 1e-5f).sqrt(),
        "unit length" => x => x / x.norm(-1, keepdim: true, 2),
        "layer norm" => x => functional.layer_norm(x, [6], null, null),
        "softmax over channels" => x => functional.softmax(x, -1),
        "sort over channels" => x => x.sort(-1).Values,
        "cumulative sum over channels" => x => x.cumsum(-1),
        "sigmoid" => x => x.sigmoid(),
        "own shift" => x => x + Shift,
        "own buffer taken off" => x => functional.relu(x - Mean),
        "shift in training" => x => Network.training ? x + 1 : x,
        "by the sign of the neighbour" => x => x * x.roll(1, -1).gt(0).to(ScalarType.Float32),
        "shift where the mean is above zero" => x => x.mean().item<float>() > 0 ? x + 1 : x,
        _ => throw new ArgumentException(name, nameof(name)),
    };

    private static ChannelMap Trace(Func<Tensor, Tensor> forward, long[] shape, params (string Name, Module Layer)[] layers)
    {
        using var network = new FunctionNetwork(forward, layers);
        return Traced.Map(network, rand(shape));
    }
}
