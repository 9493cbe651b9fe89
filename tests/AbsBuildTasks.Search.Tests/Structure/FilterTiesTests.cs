using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Structure;

public class FilterTiesTests
{
    public static TheoryData<string, string> Structures => new()
    {
        { "residual", "a+b c head" },
        { "pre-activation", "a+b c head" },
        { "shared", "a+b c head" },
        { "depthwise", "a b c head" },
        { "grouped", "a b grouped c head" },
        { "functional", "a b c head" },
    };

    [Theory]
    [MemberData(nameof(Structures))]
    public void Layers_that_are_added_are_one_set(string structure, string sets)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Of(structure);
        using var compressed = Compressed.Of(network, rand([2, 3, 8, 8]));

        Assert.Equal(sets, string.Join(" ", compressed.FilterSets.Select(set => string.Join("+", set.Layers.Select(layer => compressed.Layers[layer].Layer.Shape.Name)))));
    }

    [Fact]
    public void Chains_of_sums_are_one_set_and_places_of_a_concatenation_go_with_what_is_added_there()
    {
        using var scope = NewDisposeScope();
        var (a, b, c, d) = (Linear(3, 2), Linear(3, 3), Linear(3, 5), Linear(5, 4));
        using var network = new FunctionNetwork(x => d.call(cat([a.call(x), b.call(x)], 1) + c.call(x)), ("a", a), ("b", b), ("c", c), ("d", d));
        using var compressed = Compressed.Of(network, rand([4, 3]));

        var set = Assert.Single(compressed.FilterSets, set => set.CanPrune);

        Assert.Equal([0, 1, 2], set.Layers);
        Assert.Equal(["0:0 2:0", "0:1 2:1", "1:0 2:2", "1:1 2:3", "1:2 2:4"], set.Units.Select(unit => string.Join(" ", unit.Parts.Select(part => $"{part.Layer}:{part.Filters[0]}"))));

        // Of each layer one at least.
        Assert.Equal([true, false, true, false, false], set.Fewest);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public void A_layer_that_stays_whole_keeps_what_is_added_to_it(string whole)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Of("residual");
        using var compressed = Compressed.Of(network, rand([2, 3, 8, 8]), Compressed.Everything with { Layers = LayerRules.Parse(whole + ":whole") });

        Assert.Equal([false, false, true, false], compressed.Layers.Select(layer => layer.Filters.CanPrune));
    }

    [Fact]
    public void Groups_of_a_convolution_keep_the_same_and_so_do_their_inputs()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Of("grouped");
        using var compressed = Compressed.Of(network, rand([2, 3, 8, 8]));

        string[] units = ["0,4", "1,5", "2,6", "3,7"];
        Assert.Equal(units, Units("b"));
        Assert.Equal(units, Units("grouped"));

        IEnumerable<string> Units(string name) => compressed.FilterSets.Single(set => compressed.Layers[set.Layers[0]].Layer.Shape.Name == name).Units.Select(unit => string.Join(",", unit.Parts[0].Filters));
    }

    [Fact]
    public void Neighbours_in_one_layer_are_neighbours_in_all_that_are_added()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Of("residual");
        using var compressed = Compressed.Of(network, rand([2, 3, 8, 8]), Compressed.Everything with { FilterGroup = 3 });

        var units = compressed.FilterSets[0].Units;

        Assert.Equal([3, 3, 2], units.Select(unit => unit.Parts[0].Filters.Count));
        Assert.All(units, unit => Assert.Equal(unit.Parts[0].Filters, unit.Parts[1].Filters));
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(5, 4)]
    [InlineData(8, 4)]
    [InlineData(12, 4)]
    [InlineData(24, 2)]
    public void Heads_go_together_where_a_group_holds_several_whole(int groupSize, int units)
    {
        using var scope = NewDisposeScope();
        using var network = Heads();
        using var compressed = Compressed.Of(network, rand([5, 3, 48]), Compressed.Everything with { FilterGroup = groupSize });

        // Of queries, keys and values, 12 rows a head.
        Assert.Equal(Enumerable.Repeat(3 * 48 / units, units), SetOf(compressed, "body.in_proj_weight").Units.Select(unit => unit.Parts[0].Filters.Count));
    }

    [Fact]
    public void Hidden_units_are_neighbours_in_each_gate()
    {
        using var scope = NewDisposeScope();
        using var network = Recurrent(GRU(3, 5, batchFirst: true), 5);
        using var compressed = Compressed.Of(network, rand([2, 4, 3]), Compressed.Everything with { FilterGroup = 2 });

        Assert.Equal(["0,1,5,6,10,11", "2,3,7,8,12,13", "4,9,14"], SetOf(compressed, "body.weight_ih_l0").Units.Select(unit => string.Join(",", unit.Parts[0].Filters)));
    }

    [Theory]
    [InlineData("LSTM", 32, 16)]
    [InlineData("GRU", 32, 16)]
    [InlineData("RNN", 32, 16)]
    [InlineData("LSTM", 8, 8)]
    [InlineData("LSTM", 16, 16)]
    public void Of_a_recurrent_layer_a_multiple_of_hidden_units_stays(string kind, int hidden, int kept)
    {
        using var scope = NewDisposeScope();
        using var network = Recurrent(kind == "LSTM" ? LSTM(3, hidden, batchFirst: true) : kind == "GRU" ? GRU(3, hidden, batchFirst: true) : RNN(3, hidden, batchFirst: true), hidden);
        using var compressed = Compressed.Of(network, rand([2, 4, 3]), Multiples(16));

        var set = SetOf(compressed, "body.weight_ih_l0");

        Assert.Equal(kept, set.Fewest.Count(stays => stays));
        Assert.All(Enumerable.Range(1, hidden), units => Assert.Equal(units % 16 == 0 || units == hidden, set.IsMultiple([.. Enumerable.Range(0, hidden).Select(unit => unit < units)])));
    }

    [Theory]
    [InlineData(8, 2)]
    [InlineData(9, 3)]
    [InlineData(16, 4)]
    public void Of_heads_a_multiple_of_their_channels_stays(int multiple, int kept)
    {
        using var scope = NewDisposeScope();
        using var network = Heads();
        using var compressed = Compressed.Of(network, rand([5, 3, 48]), Multiples(multiple));

        // 12 of each head.
        Assert.Equal(kept, SetOf(compressed, "body.in_proj_weight").Fewest.Count(stays => stays));
    }

    private static SearchSettings Multiples(int multiple) => Compressed.Everything with { DeployTarget = new() { Name = "multiples", FilterMultiple = multiple } };

    private static FilterSet SetOf(CompressedNetwork compressed, string name) =>
        compressed.FilterSets.Single(set => set.Layers.Any(layer => compressed.Layers[layer].Layer.Shape.Name == name));

    private static FunctionNetwork Heads()
    {
        var (attention, head) = (MultiheadAttention(48, 4), Linear(48, 2));
        return new FunctionNetwork(x => head.call(attention.call(x, x, x).Item1.mean([0])), ("body", attention), ("head", head));
    }

    private static FunctionNetwork Recurrent(Module body, int hidden)
    {
        var head = Linear(hidden, 2);
        return new FunctionNetwork(
            x => head.call((body switch
            {
                TorchSharp.Modules.LSTM lstm => lstm.call(x).Item1,
                TorchSharp.Modules.GRU gru => gru.call(x).Item1,
                _ => ((TorchSharp.Modules.RNN)body).call(x).Item1,
            }).mean([1])),
            ("body", body), ("head", head));
    }
}
