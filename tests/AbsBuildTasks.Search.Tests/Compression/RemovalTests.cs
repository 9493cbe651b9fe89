using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Tests.Infrastructure;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Compression;

public class RemovalTests
{
    public static TheoryData<string, int> Networks
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var name in RemovableNetwork.Names.Concat(RemovableNetwork.Unwritten))
            {
                data.Add(name, 1);
                data.Add(name, 2);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Without_its_pruned_filters_a_network_gives_the_same_and_costs_what_is_counted(string name, int seed)
    {
        var random = new Random(seed);
        var structure = RemovableNetwork.Named(name);
        var kept = structure.Widths.Select(width => Enumerable.Range(0, width).Select(filter => filter == seed || random.Next(3) > 0).ToArray()).ToArray();
        kept[0][0] = false;
        AssertRemovable(structure, kept, seed);
    }

    [Fact]
    public void So_does_one_that_scales_its_channels() =>
        AssertRemovable(RemovableNetwork.Named("squeeze-excite"), [[true, true, true, true, false, false], [true, false, true, true, false]], seed: 1);

    [Fact]
    public void A_grouped_convolution_is_a_convolution_for_each_group_with_any_filters_of_each()
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(3);
        var (a, grouped, b) = (Conv2d(3, 6, 1), Conv2d(6, 8, 3, groups: 2), Conv2d(8, 4, 1));
        using var network = new FunctionNetwork(x => b.call(functional.relu(grouped.call(functional.relu(a.call(x))))), ("a", a), ("grouped", grouped), ("b", b));
        var input = rand([5, 3, 6, 6]);
        using var compressed = Compressed.Of(network, input);
        Assert.Equal([true, true, false], compressed.Map.Prunable);
        compressed.Freeze(
        [
            new(8, 8, [true, false, true, false, false, true]),
            new(4, 8, [true, true, false, true, false, false, true, false]),
            new(8, 8, [true, true, true, true]),
        ]);
        network.eval();
        var output = compressed.Run(input);

        // Group 0: filters 0, 1, 3 on inputs 0, 2. Group 1: filter 6 on input 5.
        Assert.Equal(((3 * 2) + 1) * 9 * 16, DecisionCost.Of(compressed, compressed.Decisions())[1].Macs);
        var (few, first, second, last) = (Conv2d(3, 3, 1), Conv2d(2, 3, 3), Conv2d(1, 1, 3), Conv2d(4, 4, 1));
        using (no_grad())
        {
            Copy(few, a, [0, 2, 5], [0, 1, 2]);
            Copy(first, grouped, [0, 1, 3], [0, 2]);
            Copy(second, grouped, [6], [2]);
            Copy(last, b, [0, 1, 2, 3], [0, 1, 3, 6]);
        }

        using var small = new FunctionNetwork(
            x =>
            {
                x = functional.relu(few.call(x));
                return last.call(functional.relu(cat([first.call(x.narrow(1, 0, 2)), second.call(x.narrow(1, 2, 1))], 1)));
            },
            ("few", few),
            ("first", first),
            ("second", second),
            ("last", last));
        using var smaller = Compressed.Of(small, input);
        foreach (var (layer, from) in new[] { (0, 0), (1, 1), (2, 1), (3, 2) })
        {
            Smaller.Quantize(smaller.Layers[layer], compressed.Layers[from]);
        }

        smaller.Freeze([new(8, 8, [true, true, true]), new(4, 8, [true, true, true]), new(4, 8, [true]), new(8, 8, [true, true, true, true])]);
        small.eval();
        Assert.True(smaller.Run(input).allclose(output, atol: 1e-5));
        Assert.True(output.std().item<float>() > 1e-4);

        static void Copy(Conv2d to, Conv2d from, long[] filters, long[] inputs)
        {
            _ = to.weight!.copy_(from.weight!.index_select(0, tensor(filters)).index_select(1, tensor(inputs)));
            _ = to.bias!.copy_(from.bias!.index_select(0, tensor(filters)));
        }
    }

    [Theory]
    [InlineData("layer norm")]
    [InlineData("layer norm without parameters")]
    [InlineData("group norm")]
    [InlineData("pixel shuffle")]
    [InlineData("mean over channels")]
    [InlineData("norm called twice")]
    public void Filters_whose_removal_would_change_others_stay(string mixing)
    {
        var (a, b) = (Conv2d(3, 8, 3), Conv2d(mixing == "pixel shuffle" ? 2 : 8, 4, 1));
        Module<Tensor, Tensor> mixer = mixing switch
        {
            "layer norm" => LayerNorm([8, 4, 4]),
            "layer norm without parameters" => LayerNorm([8, 4, 4], elementwise_affine: false),
            "group norm" => GroupNorm(2, 8),
            "pixel shuffle" => PixelShuffle(2),
            "mean over channels" => new FunctionNetwork(x => x.mean([1], keepdim: true).expand(x.shape)),
            _ => BatchNorm2d(8),
        };
        using var network = new FunctionNetwork(
            x =>
            {
                x = mixer.call(a.call(x));
                return b.call(functional.relu(mixing.StartsWith("norm", StringComparison.Ordinal) ? mixer.call(x) : x)).mean([2, 3]);
            },
            ("a", a),
            ("mixer", mixer),
            ("b", b));

        Assert.Equal([false, false], Traced.Map(network, rand([2, 3, 6, 6])).Prunable);
    }

    private static void AssertRemovable(RemovableNetwork structure, bool[][] kept, int seed)
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(seed);
        using var network = structure.Create(structure.Widths);
        MakeNormsUnusual(network);
        var input = rand(structure.Input);
        using var compressed = Compressed.Of(network, input);
        Assert.Equal(structure.WidthOf.Select(width => width is not null), compressed.Map.Prunable);

        var decisions = Compressed.RandomDecisions(compressed, seed)
            .Select((decision, i) => structure.WidthOf[i] is { } width ? decision with { Kept = InEachGate(kept[width], decision.Kept.Count) } : decision);
        compressed.Freeze([.. decisions]);
        network.eval();
        var pruned = compressed.Run(input);

        using var small = structure.Create([.. kept.Select(width => width.Count(stays => stays))]);
        using var smaller = Smaller.Of(compressed, small, input);
        small.eval();

        Assert.True(smaller.Run(input).allclose(pruned, rtol: 1e-4, atol: 1e-5));
        Assert.True(pruned.std().item<float>() > 1e-4);
        var costs = DecisionCost.Of(compressed, compressed.Decisions());
        Assert.Equal(smaller.Layers.Select(layer => layer.Layer.Shape.Macs), costs.Select(cost => cost.Macs));
        Assert.Equal(DecisionCost.Of(smaller, smaller.Decisions()), costs);
    }

    /// <summary>A recurrent layer has a row for each hidden unit and gate.</summary>
    private static bool[] InEachGate(bool[] units, int rows) => [.. Enumerable.Repeat(units, rows / units.Length).SelectMany(kept => kept)];

    /// <summary>Statistics and shifts that would turn a pruned filter into a constant if it were not masked.</summary>
    private static void MakeNormsUnusual(Module network)
    {
        using var noGradient = no_grad();
        foreach (var norm in network.modules().OfType<BatchNorm>())
        {
            _ = norm.bias!.uniform_(0.5, 1);
            _ = norm.weight!.uniform_(0.5, 1);
            _ = norm.running_mean!.uniform_(-1, 1);
            _ = norm.running_var!.uniform_(0.5, 2);
        }
    }
}
