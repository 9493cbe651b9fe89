using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Layers;

/// <summary>What can be pruned of modules whose arithmetic is one call inside torch: hidden units, heads and columns of tables.</summary>
public sealed class NativePruningTests
{
    private const int Width = NativeNetworks.Width;
    private const int Hidden = NativeNetworks.Hidden;
    private const int Words = NativeNetworks.Words;

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
        using var native = new CompressedNative(name, Compressed.Everything with { Layers = LayerRules.Parse("*:32/32") });
        var (input, network, compressed) = native;
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
            var weight = NativeNetworks.NameOf(network, layer);
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

    private static IEnumerable<IReadOnlyList<FilterIndex>?> FedBy(int layer, int filters) => Enumerable.Range(0, filters).Select(filter => (IReadOnlyList<FilterIndex>)[new FilterIndex(layer, filter)]);

    private static ChannelMap Map(Func<Tensor, Tensor> forward, params (string, Module)[] layers) =>
        Traced.Map(new FunctionNetwork(forward, layers), NativeNetworks.Input("GRU"));
}
