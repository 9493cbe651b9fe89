using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Tests.Infrastructure;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Layers;

/// <summary>Recurrent layers in both directions: each direction has hidden units of its own.</summary>
public class BothWaysTests
{
    private const int Steps = NativeNetworks.Steps;
    private const int Width = NativeNetworks.Width;
    private const int Hidden = NativeNetworks.Hidden;

    // What stays of each direction of each layer: other units, and another number of them.
    private static readonly int[][] Staying = [[0, 1, 4], [1, 2, 3, 5], [2, 3], [0, 1, 2, 4, 5]];

    [Fact]
    public void Units_of_a_direction_are_decided_by_themselves()
    {
        using var network = NativeNetworks.Of("both ways");
        using var compressed = Compressed.Of(network, NativeNetworks.Input("both ways"));
        var map = compressed.Map;

        Assert.Equal([true, true, true, true, false], map.Prunable);
        Assert.Equal([FedBy(0), FedBy(2)], map.Layers[4].Channels.OfType<IReadOnlyList<FilterIndex>>().Select(sources => Assert.Single(sources)).Chunk(Hidden));
        Assert.Equal([FedBy(0)], map.Layers[1].Channels.OfType<IReadOnlyList<FilterIndex>>().Select(sources => Assert.Single(sources)).Chunk(Hidden));
        Assert.Equal([FedBy(2)], map.Layers[3].Channels.OfType<IReadOnlyList<FilterIndex>>().Select(sources => Assert.Single(sources)).Chunk(Hidden));
        Assert.Equal([[0, 1], [2, 3]], compressed.FilterSets.Where(set => set.CanPrune).Select(set => set.Layers));
        Assert.All(compressed.FilterSets.Where(set => set.CanPrune).SelectMany(set => set.Units.Index()), unit =>
            Assert.All(unit.Item.Parts, part => Assert.Equal([unit.Index, Hidden + unit.Index, (2 * Hidden) + unit.Index, (3 * Hidden) + unit.Index], part.Filters)));

        static FilterIndex[] FedBy(int layer) => [.. Enumerable.Range(0, Hidden).Select(filter => new FilterIndex(layer, filter))];
    }

    [Fact]
    public void A_second_layer_sees_the_units_of_both_directions()
    {
        using var network = NativeNetworks.Of("two layers both ways");
        var map = Traced.Map(network, NativeNetworks.Input("both ways"));

        FilterIndex[] below = [.. Enumerable.Range(0, Hidden).Select(filter => new FilterIndex(0, filter)), .. Enumerable.Range(0, Hidden).Select(filter => new FilterIndex(2, filter))];
        foreach (var layer in new[] { 4, 6 })
        {
            Assert.Equal(below, map.Layers[layer].Channels.OfType<IReadOnlyList<FilterIndex>>().Select(sources => Assert.Single(sources)));
        }
    }

    [Theory]
    [InlineData("LSTM", 4)]
    [InlineData("GRU", 3)]
    [InlineData("RNN", 1)]
    public void Layers_of_one_direction_without_the_units_give_the_same_and_cost_what_is_counted_by_hand(string kind, int gates)
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(5);
        var (body, head) = (Of(kind, Width, Hidden, isBothWays: true, layers: 2), Linear(2 * Hidden, 2));
        using var network = new FunctionNetwork(x => head.call(Run(body, x).mean([1])), ("body", body), ("head", head));
        var input = randn(5, Steps, Width);
        using var compressed = Compressed.Of(network, input, Compressed.Everything with { Layers = LayerRules.Parse("*:32/32") });
        compressed.Freeze([.. compressed.Decisions().Select((decision, i) => i == 8 ? decision : decision with { Kept = [.. decision.Kept.Select((_, row) => Staying[i / 2].Contains(row % Hidden))] })]);
        network.eval();
        using var noGradient = no_grad();
        var pruned = compressed.Run(input);

        var values = network.state_dict();
        var (first, second) = (Direct(0, Width, [0, 1, 2]), Direct(2, Staying[0].Length + Staying[1].Length, [.. Staying[0], .. Staying[1].Select(unit => Hidden + unit)]));
        long[] columns = [.. Staying[2].Select(unit => (long)unit), .. Staying[3].Select(unit => (long)Hidden + unit)];
        var small = functional.linear(second(first(input)).mean([1]), head.weight!.index_select(1, tensor(columns)), head.bias);

        Assert.True(small.allclose(pruned, atol: 1e-5));
        Assert.False(small.allclose(network.call(input), atol: 1e-3));
        var (forward, backward) = (Staying[0].Length, Staying[1].Length);
        long[] macs =
        [
            .. new[] { (forward, Width), (backward, Width), (Staying[2].Length, forward + backward), (Staying[3].Length, forward + backward) }
                .SelectMany(layer => new[] { (long)gates * layer.Item1 * layer.Item2 * Steps, (long)gates * layer.Item1 * layer.Item1 * Steps }),
            2 * columns.Length,
        ];
        Assert.Equal(macs, DecisionCost.Of(compressed, compressed.Decisions()).Select(layer => layer.Macs));

        // Both directions of a layer as two modules of one direction, of which the second runs from the end.
        Func<Tensor, Tensor> Direct(int place, int inputs, long[] channels)
        {
            var directions = new[] { "", "_reverse" }.Select((suffix, i) =>
            {
                var units = Staying[place + i];
                var module = Of(kind, inputs, units.Length, isBothWays: false, layers: 1);
                var rows = tensor(Enumerable.Range(0, gates).SelectMany(gate => units.Select(unit => (long)(gate * Hidden) + unit)).ToArray());
                foreach (var (name, parameter) in module.named_parameters())
                {
                    var value = values[$"body.{name.Replace("_l0", $"_l{place / 2}", StringComparison.Ordinal)}{suffix}"].index_select(0, rows);
                    var kept = name.StartsWith("weight_hh", StringComparison.Ordinal) ? [.. units.Select(unit => (long)unit)] : channels;
                    _ = parameter.copy_(name.StartsWith("weight", StringComparison.Ordinal) ? value.index_select(1, tensor(kept)) : value);
                }

                return module;
            }).ToArray();
            return x => cat([Run(directions[0], x), Run(directions[1], x.flip(1)).flip(1)], -1);
        }
    }

    private static Module Of(string kind, int inputs, int units, bool isBothWays, int layers) => kind switch
    {
        "LSTM" => LSTM(inputs, units, layers, batchFirst: true, bidirectional: isBothWays),
        "GRU" => GRU(inputs, units, layers, batchFirst: true, bidirectional: isBothWays),
        _ => RNN(inputs, units, layers, batchFirst: true, bidirectional: isBothWays),
    };

    private static Tensor Run(Module module, Tensor x) => module switch
    {
        LSTM lstm => lstm.call(x).Item1,
        GRU gru => gru.call(x).Item1,
        _ => ((TorchSharp.Modules.RNN)module).call(x).Item1,
    };
}
