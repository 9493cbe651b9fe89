using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Layers;

/// <summary>Columns of tables, filters of bilinear layers and units of plain cells that went: a network without them gives the same.</summary>
public class RemovedFiltersTests
{
    private const int Words = 9;
    private const int Steps = 4;

    [Theory]
    [InlineData("Embedding")]
    [InlineData("EmbeddingBag")]
    [InlineData("Bilinear")]
    [InlineData("RNNCell")]
    public void A_network_without_them_gives_the_same_and_costs_what_is_counted(string kind)
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(5);
        bool[] kept = [true, false, true, true, false, true];
        using var network = Of(kind, kept.Length);
        var input = kind.StartsWith("Embedding", StringComparison.Ordinal) ? randint(Words, [5, Steps], dtype: ScalarType.Int64) : randn(5, Steps, 3);
        using var compressed = Compressed.Of(network, input);
        Assert.All(compressed.Map.Prunable.SkipLast(1), Assert.True);

        compressed.Freeze([.. Compressed.RandomDecisions(compressed, 3).Select((decision, i) => i == compressed.Layers.Count - 1 ? decision : decision with { Kept = kept })]);
        network.eval();
        var pruned = compressed.Run(input);
        using var small = Of(kind, kept.Count(stays => stays));
        using var smaller = Smaller.Of(compressed, small, input);
        small.eval();

        Assert.True(smaller.Run(input).allclose(pruned, rtol: 1e-4, atol: 1e-5));
        Assert.True(pruned.std().item<float>() > 1e-4);
        Assert.Equal(DecisionCost.Of(smaller, smaller.Decisions()), DecisionCost.Of(compressed, compressed.Decisions()));
    }

    private static FunctionNetwork Of(string kind, int width)
    {
        var head = Linear(width, 2);
        switch (kind)
        {
            case "Embedding":
                var table = Embedding(Words, width);
                return new FunctionNetwork(x => head.call(functional.tanh(table.call(x)).mean([1])), ("table", table), ("head", head));
            case "EmbeddingBag":
                var bag = EmbeddingBag(Words, width);
                return new FunctionNetwork(x => head.call(functional.tanh(bag.call(x))), ("bag", bag), ("head", head));
            case "Bilinear":
                var bilinear = Bilinear(3, 3, width);
                return new FunctionNetwork(x => head.call(functional.tanh(bilinear.call(x, x * 0.5)).mean([1])), ("bilinear", bilinear), ("head", head));
            default:
                var cell = RNNCell(3, width);
                return new FunctionNetwork(x => head.call(x.unbind(1).Aggregate(zeros(x.shape[0], width), (state, step) => cell.call(step, state))), ("cell", cell), ("head", head));
        }
    }
}
