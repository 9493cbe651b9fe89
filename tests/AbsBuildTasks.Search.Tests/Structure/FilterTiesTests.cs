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
        using var compressed = Compressed.Of(network, rand([2, 3, 8, 8]), Compressed.Everything with { Layers = AbsBuildTasks.Plans.Settings.LayerRules.Parse(whole + ":whole") });

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
}
