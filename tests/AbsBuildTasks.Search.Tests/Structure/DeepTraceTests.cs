using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Structure;

/// <summary>Sums of many layers, whose sources are found in few runs.</summary>
public class DeepTraceTests
{
    private const int Width = 5;

    [Fact]
    public void Runs_do_not_grow_with_the_blocks_of_a_residual_network()
    {
        var (few, many) = (Runs(12), Runs(48));

        // Two digits more of the layers, twice.
        Assert.InRange(many, few - 4, few + 8);
    }

    [Theory]
    [InlineData("relu")]
    [InlineData("detached")]
    [InlineData("in place")]
    [InlineData("no gradient")]
    [InlineData("compared")]
    public void Each_channel_has_all_that_was_added_by_then(string step)
    {
        const int Blocks = 14;
        using var scope = NewDisposeScope();
        using var network = Residual(Blocks, step);
        var map = Traced.Map(network, rand([4, Width]));

        // stem, then two layers a block, of which the second is added, then the head.
        for (var block = 0; block <= Blocks; block++)
        {
            var consumer = block == Blocks ? map.Layers[^1] : map.Layers[1 + (2 * block)];
            for (var channel = 0; channel < Width; channel++)
            {
                Assert.Equal(
                    Enumerable.Range(0, block).Select(earlier => 2 + (2 * earlier)).Prepend(0).Select(layer => new FilterIndex(layer, channel)),
                    consumer.Channels[channel]!);
            }
        }

        Assert.Equal(Enumerable.Range(0, 1 + (2 * Blocks)), map.Prunable.Index().Where(layer => layer.Item).Select(layer => layer.Index));
    }

    [Fact]
    public void Two_sums_that_stand_side_by_side_are_told_apart()
    {
        const int Layers = 12;
        using var scope = NewDisposeScope();
        _ = manual_seed(3);
        var (ones, others, head) = (Some(Layers), Some(Layers), Linear(2 * Width, 2));
        using var network = new FunctionNetwork(
            x =>
            {
                var (one, other) = (x, x);
                for (var i = 0; i < Layers; i++)
                {
                    // Each of all that was added by then, one sum after the other.
                    (one, other) = (i == 0 ? ones[i].call(x) : one + ones[i].call(functional.relu(one)), i == 0 ? others[i].call(x) : other + others[i].call(functional.relu(other)));
                }

                return head.call(cat([one, other], 1));
            },
            [.. ones.Select((layer, i) => ($"one{i}", (Module)layer)), .. others.Select((layer, i) => ($"other{i}", (Module)layer)), ("head", head)]);
        var map = Traced.Map(network, rand([4, Width]));

        for (var channel = 0; channel < 2 * Width; channel++)
        {
            var first = channel / Width;
            Assert.Equal(Enumerable.Range(0, Layers).Select(i => new FilterIndex((2 * i) + first, channel % Width)), map.Layers[^1].Channels[channel]!);
        }
    }

    [Fact]
    public void A_factor_among_the_layers_of_a_sum_is_no_source()
    {
        const int Layers = 12;
        using var scope = NewDisposeScope();
        _ = manual_seed(3);
        var (some, gate, head) = (Some(Layers), Linear(Width, Width), Linear(Width, 2));
        using var network = new FunctionNetwork(
            x =>
            {
                var sum = some[0].call(x);
                var factor = gate.call(x).sigmoid();
                for (var i = 1; i < Layers; i++)
                {
                    sum += some[i].call(functional.relu(sum));
                }

                return head.call(sum * factor);
            },
            [.. some.Select((layer, i) => ($"some{i}", (Module)layer)), ("gate", gate), ("head", head)]);
        var map = Traced.Map(network, rand([4, Width]));

        // stem, gate, the others, head.
        Assert.False(map.Prunable[1]);
        Assert.All(map.Layers[^1].Channels, sources => Assert.Equal(Enumerable.Range(0, Layers + 1).Where(layer => layer != 1), sources!.Select(source => source.Layer)));
    }

    private static int Runs(int blocks)
    {
        using var scope = NewDisposeScope();
        using var network = Residual(blocks, "relu");
        var (example, runs) = (rand([4, Width]), 0);
        var map = ChannelTrace.Run(Traced.Model(network), Traced.Probe(network, example), [example], () => runs++);
        Assert.Equal(1 + (2 * blocks), map.Prunable.Count(can => can));
        return runs;
    }

    private static FunctionNetwork Residual(int blocks, string step)
    {
        _ = manual_seed(3);
        var (stem, ones, others, head) = (Linear(Width, Width), Some(blocks), Some(blocks), Linear(Width, 2));
        return new FunctionNetwork(
            x =>
            {
                x = stem.call(x);
                for (var i = 0; i < blocks; i++)
                {
                    x = Added(x, others[i].call(functional.relu(ones[i].call(x))), step);
                }

                return head.call(x);
            },
            [.. Enumerable.Range(0, blocks).SelectMany(i => new[] { ($"one{i}", (Module)ones[i]), ($"other{i}", others[i]) }), ("stem", stem), ("head", head)]);
    }

    private static Tensor Added(Tensor sum, Tensor value, string step)
    {
        switch (step)
        {
            case "detached":
                return sum.detach() + value;
            case "in place":
                return sum.add_(value);
            case "no gradient":
                using (no_grad())
                {
                    return sum + value;
                }

            case "compared":
                return sum + value + sum.gt(0).to(ScalarType.Float32).mul(value);
            default:
                return functional.relu(sum + value);
        }
    }

    private static TorchSharp.Modules.Linear[] Some(int count) => [.. Enumerable.Range(0, count).Select(_ => Linear(Width, Width))];
}
