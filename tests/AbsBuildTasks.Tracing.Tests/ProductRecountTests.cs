using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Tracing.Tests.Infrastructure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Tracing.Tests;

/// <summary>What plans count of products of activations, counted again from the ONNX files of their networks.</summary>
public sealed class ProductRecountTests
{
    private const int Examples = 10;

    // What matrices become in a file, and sums of products by letters.
    private static readonly string[] Operators = ["MatMul", "Einsum"];

    // Here no operator of a file stands for the product alone: gates are like other multiplications, and these are layers over parameters.
    private static readonly string[] Uncounted = ["mul", "linear", "conv1d", "conv2d", "conv3d"];

    // Values of all heads at once: their filters may go.
    private static readonly string[] Pruned = [Networks.Removable + "attention", "position bias by layers"];

    /// <summary>Networks that multiply matrices of activations, with both kinds of targets.</summary>
    public static TheoryData<string, bool> Products
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var name in (string[])[Networks.Removable + "attention", "attention", "ViT", "ViT, layers apart", "position bias by layers", "scaled attention", "products"])
            {
                data.Add(name, true);
                data.Add(name, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void Products_of_matrices_cost_in_the_file_what_the_plan_counts(string name, bool quantizesSums)
    {
        var plan = Rewritten.Run<long[]>(Plan, name, quantizesSums);
        var (file, _, _, shape, _) = CompressedFile.Of(name, "symmetric", "8", hasSums: quantizesSums);

        var (macs, bops) = Count(file, shape[1..]);

        // What filters go in front of a product's right side the plan does not see: docs/onnx-export.md says so.
        Assert.InRange(macs, Pruned.Contains(name) ? 1 : plan[0], plan[0]);
        Assert.Equal(Pruned.Contains(name) ? macs * (plan[1] / plan[0]) : plan[1], bops);
    }

    [Fact]
    public void Attention_on_integers_is_what_a_hand_counts()
    {
        // Two heads of four features look from each of six steps at each, and back: 2 * 2 * 6 * 6 * 4.
        Assert.Equal([576, 576 * 8 * 8], Rewritten.Run<long[]>(Plan, "attention", true));
        Assert.Equal([576, 576 * 32 * 32], Rewritten.Run<long[]>(Plan, "attention", false));
    }

    /// <summary>Multiply-accumulates and bit-operations of the survey's products.</summary>
    private static long[] Plan(string name, bool quantizesSums)
    {
        using var scope = NewDisposeScope();
        var (network, examples) = Networks.Make(name, Examples);
        RestPlan[] found = [.. ProductSurvey.Of(new ModelNetwork(network, (_, inputs) => [network.call(inputs[0])]), [examples], quantizesSums).Where(product => !Uncounted.Contains(product.Kind))];
        return [found.Sum(product => product.Macs), found.Sum(product => product.Bops)];
    }

    private static (long Macs, long Bops) Count(byte[] file, long[] example)
    {
        var graph = OnnxModel.Read(file, "file").Graph;
        OnnxNode[] products = [.. graph.Nodes.Where(node => Operators.Contains(node.OpType))];
        var shapes = FileShapes.Of(file, products.SelectMany(node => node.Inputs.Append(node.Outputs[0])).Except(graph.Initializers.Select(tensor => tensor.Name)), example);
        var makers = graph.Nodes.SelectMany(node => node.Outputs.Select(output => (output, node))).ToDictionary(pair => pair.output, pair => pair.node);
        foreach (var tensor in graph.Initializers)
        {
            shapes[tensor.Name] = [.. tensor.Dims.Select(size => (int)size)];
        }

        return products.Aggregate((Macs: 0L, Bops: 0L), (sum, node) => (sum.Macs + Macs(node), sum.Bops + (Macs(node) * Bits(node) * Bits(node))));

        long Macs(OnnxNode node) => node.OpType == "Einsum"
            ? EinsumSizes.Macs((string)node.Attributes.Single(attribute => attribute.Name == "equation").Value, [.. node.Inputs.Select(input => shapes[input].Select(size => (long)size).ToArray())])
            : shapes[node.Outputs[0]].Aggregate(1L, (product, size) => product * size) * shapes[node.Inputs[0]][^1];

        // Bytes of both values, made while the file runs: not what was packed before.
        int Bits(OnnxNode node) => node.Inputs.All(input => makers.GetValueOrDefault(input) is { OpType: "DequantizeLinear" } bytes && makers.ContainsKey(bytes.Inputs[0])) ? 8 : 32;
    }
}
