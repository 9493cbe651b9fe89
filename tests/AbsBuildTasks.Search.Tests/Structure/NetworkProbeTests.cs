using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Structure;

public class NetworkProbeTests
{
    [Fact]
    public void Layers_come_in_call_order_with_their_sizes()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        var probe = Traced.Probe(network, rand([2, 3, 8, 8]));

        Assert.Equal(["conv1", "conv2", "fc1", "fc2"], probe.Layers.Select(layer => layer.Shape.Name));
        Assert.Equal(["Conv2d", "Conv2d", "Linear", "Linear"], probe.Layers.Select(layer => layer.Shape.Kind));
        Assert.Equal([6 * 3 * 9 * 64, 10 * 6 * 9 * 64, 40 * 12, 12 * 4], probe.Layers.Select(layer => layer.Shape.Macs));
        Assert.Equal([false, true, true, true], probe.Layers.Select(layer => layer.Shape.HasBias));
        Assert.Equal("norm", Assert.Single(probe.Norms).Name);
    }

    [Fact]
    public void A_layer_run_by_forward_is_named_with_its_fix()
    {
        var (seen, missed) = (Linear(4, 4), Linear(4, 4));
        using var network = new FunctionNetwork(x => missed.forward(seen.call(x)), ("seen", seen), ("head", missed));

        var error = Assert.Throws<AbsException>(() => Traced.Probe(network, rand([2, 4])));

        Assert.Equal(AbsCodes.LayerNotCalled, error.Code);
        Assert.Equal("Layer 'head' (Linear) never ran through call() in evaluation mode, so the search cannot see it; in the network's forward, write head.call(x) instead of head.forward(x), or remove the layer if it is not used, or only in training. If it runs for few examples only (for none of 2 here), run it for each, and weigh what it gives.", error.Message);
    }

    [Fact]
    public void A_layer_called_twice_costs_twice()
    {
        var shared = Linear(4, 4);
        using var network = new FunctionNetwork(x => shared.call(shared.call(x)), ("shared", shared));

        Assert.Equal(2 * 16, Assert.Single(Traced.Probe(network, rand([2, 4])).Layers).Shape.Macs);
    }

    [Fact]
    public void A_layer_that_runs_once_a_batch_costs_each_inference_all_of_it()
    {
        var (query, values, head) = (Linear(6, 4), Linear(3, 4), Linear(4, 2));
        var learned = rand(1, 6);
        using var network = new FunctionNetwork(x => head.call(values.call(x) * query.call(learned)), ("query", query), ("values", values), ("head", head));

        Assert.Equal([12, 24, 8], Traced.Probe(network, rand([5, 3])).Layers.Select(layer => layer.Shape.Macs));
    }

    [Fact]
    public void A_network_that_bears_no_batch_of_one_is_counted_from_larger_ones()
    {
        var (query, values, head) = (Linear(6, 4), Linear(3, 4), Linear(4, 2));
        var learned = rand(1, 6);
        using var network = new FunctionNetwork(
            x => x.shape[0] > 1 ? head.call(values.call(x) * query.call(learned)) : throw new InvalidOperationException("One is not enough."),
            ("query", query),
            ("values", values),
            ("head", head));

        Assert.Equal([12, 24, 8], Traced.Probe(network, rand([5, 3])).Layers.Select(layer => layer.Shape.Macs));
    }

    [Fact]
    public void A_convolution_of_a_table_without_a_batch_is_counted()
    {
        var (table, values, head) = (Conv2d(2, 4, 3, padding: 1), Conv2d(3, 4, 1), Conv2d(4, 2, 1));
        var offsets = rand(2, 5, 6);
        using var network = new FunctionNetwork(x => head.call(values.call(x) + table.call(offsets)), ("table", table), ("values", values), ("head", head));

        Assert.Equal([30 * 12, 30 * 72, 30 * 8], Traced.Probe(network, rand([2, 3, 5, 6])).Layers.Select(layer => layer.Shape.Macs));
        Assert.Equal([true, true, false], Traced.Map(network, rand([2, 3, 5, 6])).Prunable);
    }

    [Fact]
    public void A_layer_that_not_every_example_takes_is_refused_as_its_cost_depends_on_the_data()
    {
        var (left, right) = (Linear(3, 2), Linear(3, 2));
        using var network = new FunctionNetwork(
            x =>
            {
                var y = zeros(x.shape[0], 2);
                foreach (var (layer, rows) in new[] { (left, x.select(1, 0).gt(0)), (right, x.select(1, 0).le(0)) })
                {
                    var some = rows.nonzero().squeeze(1);
                    y = some.numel() > 0 ? y.index_add(0, some, layer.call(x.index_select(0, some)), 1) : y;
                }

                return y;
            },
            ("left", left),
            ("right", right));
        var examples = ones(20, 3);
        examples[19, 0] = -1;

        var error = Assert.Throws<AbsException>(() => Traced.Probe(network, examples));

        Assert.Equal(AbsCodes.UnsupportedLayer, error.Code);
        Assert.StartsWith("Layer 'right' (Linear) does not run alike for all examples", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_in_lists_dictionaries_and_fields_of_any_type_are_found()
    {
        using var network = new Nested();

        Assert.Equal(["stem", "body.0", "body.1", "heads.left", "heads.right"], Traced.Probe(network, rand([2, 3, 6, 6])).Layers.Select(layer => layer.Shape.Name));
        Assert.Equal([true, true, true, false, false], Traced.Map(network, rand([2, 3, 6, 6])).Prunable);
    }

    [Fact]
    public void Layers_in_nested_modules_lists_and_sequences_are_found()
    {
        using var network = Sequential(("body", Sequential(("a", Linear(4, 4)), ("b", Linear(4, 4)))), ("head", Linear(4, 2)));

        Assert.Equal(["body.a", "body.b", "head"], Traced.Probe(network, rand([2, 4])).Layers.Select(layer => layer.Shape.Name));
    }

    [Fact]
    public void A_linear_layer_over_a_sequence_counts_each_position()
    {
        using var network = Sequential(Linear(4, 3));

        Assert.Equal(5 * 12, Assert.Single(Traced.Probe(network, rand([2, 5, 4])).Layers).Shape.Macs);
    }

    [Fact]
    public void Examples_may_move_into_another_dimension()
    {
        var (flat, first) = (Linear(4, 3), Linear(4, 3));
        using var flattened = new FunctionNetwork(x => flat.call(x.reshape(-1, 4)), ("flat", flat));
        using var timeFirst = new FunctionNetwork(x => first.call(x.transpose(0, 1)), ("first", first));

        Assert.Equal(5 * 12, Assert.Single(Traced.Probe(flattened, rand([2, 5, 4])).Layers).Shape.Macs);
        Assert.Equal(5 * 12, Assert.Single(Traced.Probe(timeFirst, rand([2, 5, 4])).Layers).Shape.Macs);
    }

    public static TheoryData<Module<Tensor, Tensor>, string> Unregistered => new()
    {
        { new Forgetful(), "Forgetful._layers" },
        { new Heir(), "Ancestor._ancestral" },
        { new Keyed(), "Keyed._layers" },
    };

    [Theory]
    [MemberData(nameof(Unregistered))]
    public void A_layer_that_is_not_registered_is_refused_with_the_field_that_holds_it(Module<Tensor, Tensor> network, string field)
    {
        var error = Assert.Throws<AbsException>(() => Traced.Probe(network, rand([2, 4])));
        Assert.Equal(AbsCodes.LayerNotCalled, error.Code);
        Assert.StartsWith($"{field} holds a layer that is not registered", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_of_double_precision_is_refused()
    {
        using var network = Sequential(("wide", Linear(4, 2, dtype: ScalarType.Float64)));

        Assert.Equal(AbsCodes.UnsupportedLayer, Assert.Throws<AbsException>(() => Traced.Probe(network, rand([2, 4]))).Code);
    }

    [Fact]
    public void Recurrent_layers_on_packed_sequences_are_left_alone_and_named_as_no_hook_sees_them()
    {
        using var scope = NewDisposeScope();
        var (head, lstm) = (Linear(4, 2), LSTM(4, 4, batchFirst: true));
        using var network = new FunctionNetwork(
            x => head.call(lstm.call(nn.utils.rnn.pack_padded_sequence(x, full(x.shape[0], 3, dtype: ScalarType.Int64), batch_first: true)).Item2.squeeze(0)),
            ("head", head),
            ("encoder", lstm));
        var probe = Traced.Probe(network, rand([2, 5, 4]));

        Assert.Equal(["encoder (LSTM: not run through call(), or on packed sequences)"], probe.LeftAlone);
        Assert.Equal(["head"], probe.Layers.Select(layer => layer.Shape.Name));
    }

    [Fact]
    public void Whatever_else_has_weights_is_left_alone_and_named()
    {
        var (head, norm) = (Linear(4, 2), BatchNorm1d(4));
        (string, Module)[] others =
        [
            ("slope", PReLU(1)),
        ];
        using var inner = new FunctionNetwork(x => x).With("scale", new TorchSharp.Modules.Parameter(ones(4, dtype: ScalarType.Float64)));
        using var network = new FunctionNetwork(
            x => head.call(norm.call(x)),
            [("head", head), .. others, ("inner", inner), ("norm", norm), ("layerNorm", LayerNorm(4)), ("groupNorm", GroupNorm(2, 4)), ("act", ReLU())])
            .With("shift", new TorchSharp.Modules.Parameter(zeros(4, 4).t()));

        Assert.Equal(
            ["inner.scale (Parameter: not float32)", "shift (Parameter: a view of other values)", "slope (PReLU: a single number)"],
            Traced.Probe(network, rand(2, 4)).LeftAlone.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_network_without_weights_has_nothing_to_compress()
    {
        using var network = Sequential(ReLU());

        Assert.Equal(AbsCodes.NothingToCompress, Assert.Throws<AbsException>(() => Traced.Probe(network, rand([2, 4]))).Code);
    }

    [Fact]
    public void A_network_that_does_not_fit_its_inputs_is_told_so_in_one_line()
    {
        using var network = Sequential(Linear(4, 2));

        var error = Assert.Throws<AbsException>(() => Traced.Probe(network, rand([2, 5])));
        Assert.Equal(AbsCodes.ModelCodeFailed, error.Code);
        Assert.StartsWith("The network fails on a batch of shape [2, 5]: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    public void A_transposed_convolution_multiplies_every_input_with_the_whole_kernel(int groups, int padding)
    {
        using var network = Sequential(("up", ConvTranspose2d(4, 6, (3, 2), (2, 2), padding: (padding, 0), groups: groups)));
        var shape = Assert.Single(Traced.Probe(network, rand([2, 4, 5, 7])).Layers).Shape;

        Assert.Equal((6, 4, groups, 6, 35L), (shape.Filters, shape.InputChannels, shape.Groups, shape.KernelSize, shape.Positions));
        Assert.Equal(4 / groups * 6 * (3 * 2) * (5 * 7), shape.Macs);
    }

    private sealed class Nested : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Conv2d stem = Conv2d(3, 4, 3);
        private readonly TorchSharp.Modules.ModuleList<Module<Tensor, Tensor>> body = ModuleList<Module<Tensor, Tensor>>(Conv2d(4, 4, 1), Conv2d(4, 4, 1));
        private readonly TorchSharp.Modules.ModuleDict<Module<Tensor, Tensor>> heads = ModuleDict<Module<Tensor, Tensor>>(("left", Linear(4, 2)), ("right", Linear(4, 2)));

        public Nested()
            : base(nameof(Nested)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var x = body.Aggregate(functional.relu(stem.call(input)), (x, layer) => functional.relu(layer.call(x))).mean([2, 3]);
            return heads["left"].call(x) - heads["right"].call(x);
        }
    }

    [Fact]
    public void Weights_that_two_layers_share_are_refused_with_both_names()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (Linear(4, 4), Linear(4, 4));
        b.weight = a.weight;
        using var network = new FunctionNetwork(x => b.call(a.call(x)), ("a", a), ("b", b));

        var error = Assert.Throws<AbsException>(() => Traced.Probe(network, rand([2, 4])));
        Assert.Equal(AbsCodes.UnsupportedLayer, error.Code);
        Assert.Contains("a.weight and b.weight", error.Message, StringComparison.Ordinal);
    }

    private sealed class Forgetful : Module<Tensor, Tensor>
    {
        private readonly List<Module<Tensor, Tensor>> _layers = [Linear(4, 4)];

        public Forgetful()
            : base(nameof(Forgetful)) => RegisterComponents();

        public override Tensor forward(Tensor input) => _layers[0].call(input);
    }

    private class Ancestor : Module<Tensor, Tensor>
    {
        private readonly List<Module<Tensor, Tensor>> _ancestral = [Linear(4, 4)];

        protected Ancestor()
            : base(nameof(Ancestor))
        {
        }

        public override Tensor forward(Tensor input) => _ancestral[0].call(input);
    }

    private sealed class Heir : Ancestor
    {
        public Heir() => RegisterComponents();
    }

    private sealed class Keyed : Module<Tensor, Tensor>
    {
        private readonly Dictionary<string, Module<Tensor, Tensor>> _layers = new() { ["only"] = Linear(4, 4) };

        public Keyed()
            : base(nameof(Keyed)) => RegisterComponents();

        public override Tensor forward(Tensor input) => _layers["only"].call(input);
    }
}
