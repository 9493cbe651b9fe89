using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Hooks;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Layers;

/// <summary>
/// Modules whose arithmetic is one call inside torch, and parameters that no layer has: they hold quantised values for the time of a step.
/// </summary>
public sealed class NativeLayerTests : IDisposable
{
    private const int Steps = NativeNetworks.Steps;
    private const int Width = NativeNetworks.Width;
    private const int Hidden = NativeNetworks.Hidden;
    private const int Words = NativeNetworks.Words;

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.weights.zip");

    public void Dispose() => File.Delete(_file);

    public static TheoryData<string, string[], long[], bool[]> ByHand => new()
    {
        { "LSTM", ["body.weight_ih_l0", "body.weight_hh_l0"], [4 * Hidden * Width * Steps, 4 * Hidden * Hidden * Steps], [true, false] },
        { "GRU", ["body.weight_ih_l0", "body.weight_hh_l0"], [3 * Hidden * Width * Steps, 3 * Hidden * Hidden * Steps], [true, false] },
        { "RNN", ["body.weight_ih_l0", "body.weight_hh_l0"], [Hidden * Width * Steps, Hidden * Hidden * Steps], [true, false] },
        {
            "both ways",
            ["body.weight_ih_l0", "body.weight_hh_l0", "body.weight_ih_l0_reverse", "body.weight_hh_l0_reverse"],
            [4 * Hidden * Width * Steps, 4 * Hidden * Hidden * Steps, 4 * Hidden * Width * Steps, 4 * Hidden * Hidden * Steps],
            [false, false, false, false]
        },
        {
            "two layers",
            ["body.weight_ih_l0", "body.weight_hh_l0", "body.weight_ih_l1", "body.weight_hh_l1"],
            [3 * Hidden * Width * Steps, 3 * Hidden * Hidden * Steps, 3 * Hidden * Hidden * Steps, 3 * Hidden * Hidden * Steps],
            [true, false, false, false]
        },
        { "LSTMCell", ["body.weight_ih", "body.weight_hh"], [4 * Hidden * Width * Steps, 4 * Hidden * Hidden * Steps], [true, false] },
        { "GRUCell", ["body.weight_ih", "body.weight_hh"], [3 * Hidden * Width * Steps, 3 * Hidden * Hidden * Steps], [true, false] },
        { "RNNCell", ["body.weight_ih", "body.weight_hh"], [Hidden * Width * Steps, Hidden * Hidden * Steps], [true, false] },
        { "attention", ["body.in_proj_weight", "body.out_proj.weight"], [3 * Hidden * Hidden * Steps, Hidden * Hidden * Steps], [true, false] },
        {
            "attention of three",
            ["body.q_proj_weight", "body.k_proj_weight", "body.v_proj_weight", "body.out_proj.weight"],
            [Hidden * Hidden * Steps, Hidden * Width * Steps, Hidden * Width * Steps, Hidden * Hidden * Steps],
            [true, true, true, false]
        },
        {
            "encoder",
            ["body.self_attn.in_proj_weight", "body.self_attn.out_proj.weight", "body.linear1.weight", "body.linear2.weight"],
            [3 * Hidden * Hidden * Steps, Hidden * Hidden * Steps, 8 * Hidden * Steps, 8 * Hidden * Steps],
            [false, false, false, false]
        },
        {
            "decoder",
            ["body.self_attn.in_proj_weight", "body.self_attn.out_proj.weight", "body.multihead_attn.in_proj_weight", "body.multihead_attn.out_proj.weight", "body.linear1.weight", "body.linear2.weight"],
            [3 * Hidden * Hidden * Steps, Hidden * Hidden * Steps, 3 * Hidden * Hidden * Steps, Hidden * Hidden * Steps, 8 * Hidden * Steps, 8 * Hidden * Steps],
            [false, false, false, false, false, false]
        },
        { "Bilinear", ["body"], [Hidden * Width * Width * Steps], [false] },
        { "Embedding", ["body"], [0], [false] },
        { "EmbeddingBag", ["body"], [0], [false] },
        { "places", ["body.own"], [0], [false] },
        { "token", ["body.own"], [0], [false] },
        { "own linear", ["body.own"], [0], [false] },
        { "own convolution", ["body.own"], [0], [false] },
        { "parameter list", ["body.0"], [0], [false] },
        { "PReLU", ["body"], [0], [false] },
    };

    [Theory]
    [MemberData(nameof(ByHand))]
    public void Each_weight_is_a_layer_that_costs_what_it_does_by_hand(string name, string[] layers, long[] macs, bool[] quantizesInputs)
    {
        using var scope = NewDisposeScope();
        using var network = NativeNetworks.Of(name);
        using var compressed = Compressed.Of(network, NativeNetworks.Input(name));
        var shapes = Body(compressed).Select(layer => layer.Layer.Shape).ToArray();

        Assert.Equal(layers, shapes.Select(shape => shape.Name));
        Assert.Equal(macs, shapes.Select(shape => shape.Macs));
        Assert.Equal(quantizesInputs, Body(compressed).Select(layer => layer.Activations.IsQuantized));
        Assert.Equal(macs.Select(count => count * 32 * 32), shapes.Select(shape => shape.FullPrecision(CostKind.Bops)));
        Assert.Equal(
            network.named_parameters().Where(pair => pair.name.StartsWith("body.", StringComparison.Ordinal) && !pair.name.Contains("norm", StringComparison.Ordinal) && !(name == "attention of three" && pair.name == "body.in_proj_bias")).Sum(pair => 4 * pair.parameter.numel()),
            shapes.Sum(shape => shape.FullPrecision(CostKind.Size)));
        Assert.Empty(Traced.Probe(network, NativeNetworks.Input(name)).LeftAlone);
    }

    [Theory]
    [MemberData(nameof(NativeNetworks.All), MemberType = typeof(NativeNetworks))]
    public void Parameters_hold_quantised_values_for_a_step_alone(string name)
    {
        using var scope = NewDisposeScope();
        var input = NativeNetworks.Input(name);
        using var network = NativeNetworks.Of(name);
        using var compressed = Compressed.Of(network, input);
        var own = Values(network);
        var trains = network.parameters().Select(parameter => parameter.requires_grad).ToArray();
        network.train();

        var output = compressed.Run(input);
        foreach (var (layer, body) in Body(compressed).Select(layer => (layer, layer.Layer.Weight)))
        {
            Assert.NotEqual(layer.Layer.Kind.IsOverwritten, body.equal(own[layer.Layer.Weight.Handle]).all().item<bool>());
            Assert.True(!layer.Layer.Kind.IsOverwritten || body.detach().unique().output.numel() <= 1 << layer.Weights.ChosenBits);
        }

        output.square().sum().backward();
        compressed.CollectGradients();
        AssertOwn();
        using (no_grad())
        {
            _ = compressed.Run(input);
            AssertOwn();
        }

        // A step that fails leaves nothing behind; one whose loss is never followed back is forgotten.
        _ = Assert.ThrowsAny<Exception>(() => compressed.Run(input.to(ScalarType.Float32).reshape(-1)));
        AssertOwn();
        var again = compressed.Run(input);
        Assert.True(compressed.Run(input).equal(again).all().item<bool>());

        void AssertOwn()
        {
            Assert.All(network.parameters(), parameter => Assert.True(parameter.equal(own[parameter.Handle]).all().item<bool>()));
            Assert.Equal(trains, network.parameters().Select(parameter => parameter.requires_grad));
        }
    }

    [Theory]
    [MemberData(nameof(NativeNetworks.All), MemberType = typeof(NativeNetworks))]
    public void Gradients_are_those_at_the_quantised_values(string name)
    {
        using var scope = NewDisposeScope();
        var input = NativeNetworks.Input(name);
        using var network = NativeNetworks.Of(name);
        using var compressed = Compressed.Of(network, input);
        network.train();
        compressed.Run(input).square().sum().backward();
        compressed.CollectGradients();

        // A plain network of double precision on the same values.
        using var plain = NativeNetworks.Of(name, ScalarType.Float64);
        using var noGradient = no_grad();
        foreach (var (layer, value) in compressed.Layers.SelectMany(layer => plain.named_parameters().Where(pair => pair.name == NameOf(network, layer)).Select(pair => (layer, pair.parameter))))
        {
            _ = value.copy_(layer.Weights.Forward(layer.Layer.Weight, measure: false));
        }

        var head = compressed.Layers.Single(layer => layer.Layer.Shape.Name == "head");
        using var hook = new HookSet();
        foreach (var layer in Body(compressed).Where(layer => layer.Activations.IsQuantized))
        {
            hook.Before(plain.named_modules().Single(pair => pair.name == "body").module, layer.Layer.Kind.InputPlaces, x => layer.Activations.Forward(x.to(ScalarType.Float32), measure: false).to(ScalarType.Float64));
        }

        Tensor? rounding = null;
        hook.Before(plain.named_modules().Single(pair => pair.name == "head").module, x =>
        {
            // Straight through: what rounding adds is held, and what is clipped has no gradient.
            var (grid, v) = (head.Activations.Grid, head.Activations.Intervals[0]);
            var clipped = x.clamp(grid.Low * v, grid.High * v);
            return clipped + (rounding ??= head.Activations.Forward(x.to(ScalarType.Float32), measure: false).to(ScalarType.Float64) - clipped);
        });
        double Loss() => plain.call(NativeNetworks.HasWords(name) ? input : input.to(ScalarType.Float64)).square().sum().item<double>();
        _ = Loss();

        const double H = 1e-5;
        foreach (var layer in Body(compressed))
        {
            var (own, v) = (layer.Layer.Weight.to(ScalarType.Float64), layer.Weights.Intervals[0]);
            var inside = own.abs().le(v * 0.999).to(ScalarType.Float64);
            var value = plain.named_parameters().Single(pair => pair.name == NameOf(network, layer)).parameter;
            var before = value.clone();
            var learns = ones_like(before);
            if (name == "padding")
            {
                // Torch gives the padding's row no gradient.
                _ = learns[2].zero_();
            }

            var direction = randn(value.shape, dtype: ScalarType.Float64) * learns;
            Assert.Equal(Slope(direction * inside), (layer.Layer.Weight.grad!.to(ScalarType.Float64) * inside * direction).sum().item<double>(), 2);

            // Through the scale, and through the clip.
            Assert.Equal(Slope(learns * ((before / v) - (own / v * own.abs().le(v * layer.Weights.Grid.High).to(ScalarType.Float64)))), layer.Weights.Interval.Gradient, 2);

            double Slope(Tensor along)
            {
                _ = value.copy_(before + (H * along));
                var after = Loss();
                _ = value.copy_(before - (H * along));
                var slope = (after - Loss()) / (2 * H);
                _ = value.copy_(before);
                return slope;
            }
        }
    }

    [Theory]
    [MemberData(nameof(NativeNetworks.All), MemberType = typeof(NativeNetworks))]
    public void A_loaded_network_gives_exactly_what_was_evaluated(string name)
    {
        using var scope = NewDisposeScope();
        var input = NativeNetworks.Input(name);
        using var network = NativeNetworks.Of(name);
        using var compressed = Compressed.Of(network, input);
        compressed.Freeze(Compressed.RandomDecisions(compressed, 4));
        network.eval();
        var evaluated = compressed.Run(input);
        WeightExporter.Write(compressed, _file);

        using var fresh = NativeNetworks.Of(name);
        using var noGradient = no_grad();
        foreach (var parameter in fresh.parameters())
        {
            _ = parameter.zero_();
        }

        Assert.True(CompressedModel.Load(fresh, _file).call(input).equal(evaluated).all().item<bool>());
    }

    [Fact]
    public void Attention_between_sequences_of_two_lengths_is_left_alone_and_named_as_its_cost_is_no_product()
    {
        using var scope = NewDisposeScope();
        var (attention, head) = (MultiheadAttention(Width * 2, 2), Linear(Width * 2, 2));
        using var network = new FunctionNetwork(
            x =>
            {
                var sequence = cat([x, x], -1).transpose(0, 1);
                return head.call(attention.call(sequence, sequence.narrow(0, 0, 2), sequence.narrow(0, 0, 2)).Item1.mean([0]));
            },
            ("attention", attention),
            ("head", head));
        var probe = Traced.Probe(network, NativeNetworks.Input("GRU"));

        Assert.Equal(["attention (MultiheadAttention: between sequences of several lengths)"], probe.LeftAlone);
        Assert.Equal(["head"], probe.Layers.Select(layer => layer.Shape.Name));
        Assert.Null(Traced.Map(network, NativeNetworks.Input("GRU")).Untraced);
    }

    [Theory]
    [InlineData("attention")]
    [InlineData("encoder")]
    [InlineData("decoder")]
    [InlineData("Bilinear")]
    public void Networks_around_them_are_traced(string name) => Assert.Null(Traced.Map(NativeNetworks.Of(name), NativeNetworks.Input(name)).Untraced);

    [Fact]
    public void A_frozen_table_is_quantised_and_stays_frozen()
    {
        using var scope = NewDisposeScope();
        var (table, head) = (Embedding(Words, Hidden), Linear(Hidden, 2));
        table.named_parameters().Single().parameter.requires_grad = false;
        using var network = new FunctionNetwork(x => head.call(table.call(x).mean([1])), ("table", table), ("head", head));
        using var compressed = Compressed.Of(network, NativeNetworks.Input("Embedding"));
        network.train();
        compressed.Run(NativeNetworks.Input("Embedding")).square().sum().backward();
        compressed.CollectGradients();

        Assert.False(compressed.Layers[0].Layer.Weight.requires_grad);
        Assert.Null(compressed.Layers[0].Layer.Weight.grad);
        Assert.NotEqual(0, compressed.Layers[0].Weights.Interval.Gradient);
    }

    [Fact]
    public void Filters_in_front_of_a_recurrent_layer_can_go_and_so_can_its_hidden_units()
    {
        var (first, gru, head) = (Linear(Width, 5), GRU(5, Hidden, batchFirst: true), Linear(Hidden, 2));
        var map = Map(x => head.call(gru.call(functional.relu(first.call(x))).Item2.squeeze(0)), ("first", first), ("gru", gru), ("head", head));

        Assert.Equal([true, true, true, false], map.Prunable);
        Assert.Equal(FedBy(0, 5), map.Layers[1].Channels);
        Assert.All(map.Layers.Skip(2), layer => Assert.Equal(FedBy(1, Hidden), layer.Channels));
        Assert.Empty(map.Mixed);
    }

    [Fact]
    public void A_hidden_unit_goes_with_the_filter_that_makes_the_state_which_it_begins_with()
    {
        var (start, gru, head) = (Linear(Width, Hidden), GRU(Width, Hidden, batchFirst: true), Linear(Hidden, 2));
        var layers = new[] { ("start", (Module)start), ("gru", gru), ("head", head) };
        using var network = new FunctionNetwork(x => head.call(gru.call(x, start.call(x.mean([1])).unsqueeze(0)).Item1.mean([1])), layers);
        using var compressed = Compressed.Of(network, NativeNetworks.Input("GRU"));

        Assert.Equal([0, 1, 2], compressed.FilterSets[0].Layers);
        Assert.Equal(Hidden, compressed.FilterSets[0].Units.Count);
        Assert.All(compressed.FilterSets[0].Units.Index(), unit =>
        {
            Assert.False(unit.Item.Stays);
            int[] rows = [unit.Index, Hidden + unit.Index, (2 * Hidden) + unit.Index];
            Assert.Equal([[unit.Index], rows, rows], unit.Item.Parts.Select(part => part.Filters));
        });
    }

    [Theory]
    [InlineData("own start")]
    [InlineData("kept state")]
    [InlineData("output")]
    public void Hidden_units_stay_where_a_smaller_layer_would_give_something_else(string name)
    {
        var (gru, head) = (GRU(Width, Hidden, batchFirst: true), Linear(Hidden, 2));
        using var network = name switch
        {
            "kept state" => new FunctionNetwork(x => head.call(gru.call(x, x.mean([1]).repeat(1, 2).unsqueeze(0)).Item1.mean([1])), ("body", gru), ("head", head)),
            "output" => new FunctionNetwork(x => gru.call(x).Item1.mean([1]) + head.call(x.mean([1]).repeat(1, 2)).sum(), ("body", gru), ("head", head)),
            _ => NativeNetworks.Of(name),
        };
        var (probe, map) = (Traced.Probe(network, NativeNetworks.Input("GRU")), Traced.Map(network, NativeNetworks.Input("GRU")));

        Assert.Null(map.Untraced);
        Assert.All(probe.Layers.Zip(map.Prunable).Where(layer => layer.First.Shape.Name.StartsWith("body", StringComparison.Ordinal)), layer => Assert.False(layer.Second));
    }

    [Fact]
    public void Neighbours_among_hidden_units_are_rows_of_one_gate()
    {
        var (gru, head) = (GRU(Width, Hidden, batchFirst: true), Linear(Hidden, 2));
        using var network = new FunctionNetwork(x => head.call(gru.call(x).Item1.mean([1])), ("gru", gru), ("head", head));
        using var compressed = Compressed.Of(network, NativeNetworks.Input("GRU"), Compressed.Everything with { FilterGroup = 4 });

        Assert.Equal([4, 2], compressed.FilterSets[0].Units.Select(unit => unit.Parts[0].Filters.Count / 3));
    }

    [Theory]
    [InlineData("LSTM")]
    [InlineData("GRU")]
    [InlineData("RNN")]
    [InlineData("two layers")]
    [InlineData("both ways")]
    [InlineData("two layers both ways")]
    [InlineData("RNN both ways")]
    [InlineData("without bias")]
    [InlineData("last state")]
    [InlineData("LSTMCell")]
    [InlineData("GRUCell")]
    [InlineData("attention")]
    [InlineData("encoder")]
    [InlineData("decoder")]
    public void The_gate_of_a_hidden_unit_or_a_head_learns_what_all_its_rows_would_change(string name)
    {
        using var scope = NewDisposeScope();
        var input = NativeNetworks.Input(name);
        using var network = NativeNetworks.Of(name);
        using var compressed = Compressed.Of(network, input, Compressed.Everything with { Layers = LayerRules.Parse("*:32/32") });
        network.train();
        compressed.Run(input).square().sum().backward();
        compressed.CollectGradients();

        using var plain = NativeNetworks.Of(name, ScalarType.Float64);
        using var noGradient = no_grad();
        var values = plain.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter, StringComparer.Ordinal);
        foreach (var unit in compressed.FilterSets.Where(set => set.CanPrune).SelectMany(set => set.Units))
        {
            const double H = 1e-5;
            Assert.Equal((Loss(1 + H) - Loss(1 - H)) / (2 * H), unit.Parts.Sum(part => part.Filters.Sum(filter => compressed.Layers[part.Layer].Filters.Gradients[filter])), 3);

            double Loss(double factor)
            {
                var scaled = unit.Parts.SelectMany(part => part.Filters.SelectMany(filter => Parameters(compressed.Layers[part.Layer]).Select(parameter => parameter[filter]))).ToArray();
                Array.ForEach(scaled, row => row.mul_(factor));
                var loss = plain.call(input.to(ScalarType.Float64)).square().sum().item<double>();
                Array.ForEach(scaled, row => row.div_(factor));
                return loss;
            }
        }

        IEnumerable<Tensor> Parameters(LayerCompressor layer)
        {
            var weight = NameOf(network, layer);
            return new[] { weight, weight.Replace("weight", "bias", StringComparison.Ordinal) }.Where(values.ContainsKey).Select(parameter => values[parameter]);
        }
    }

    [Fact]
    public void Columns_of_a_table_can_go_where_nothing_keeps_them()
    {
        var (table, hidden, head) = (Embedding(Words, Hidden), Linear(Hidden, 5), Linear(5, 2));
        var map = Traced.Map(new FunctionNetwork(x => head.call(functional.relu(hidden.call(table.call(x).mean([1])))), ("table", table), ("hidden", hidden), ("head", head)), NativeNetworks.Input("Embedding"));

        Assert.Equal([true, true, false], map.Prunable);
    }

    /// <summary>The layers of what stands in front of the head.</summary>
    private static IEnumerable<LayerCompressor> Body(CompressedNetwork network) => network.Layers.Where(layer => layer.Layer.Shape.Name != "head");

    private static IEnumerable<IReadOnlyList<FilterIndex>?> FedBy(int layer, int filters) => Enumerable.Range(0, filters).Select(filter => (IReadOnlyList<FilterIndex>)[new FilterIndex(layer, filter)]);

    private static ChannelMap Map(Func<Tensor, Tensor> forward, params (string, Module)[] layers) =>
        Traced.Map(new FunctionNetwork(forward, layers), NativeNetworks.Input("GRU"));

    private static Dictionary<IntPtr, Tensor> Values(Module network) => network.parameters().ToDictionary(parameter => parameter.Handle, parameter => parameter.detach().clone());

    private static string NameOf(Module network, LayerCompressor layer) => network.named_parameters().Single(pair => pair.parameter.Handle == layer.Layer.Weight.Handle).name;
}
