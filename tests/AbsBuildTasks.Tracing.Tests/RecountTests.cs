using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport;
using AbsBuildTasks.Search.OnnxExport.Passes;
using AbsBuildTasks.Search.Tests.Infrastructure;
using AbsBuildTasks.Tracing.Tests.Infrastructure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Tracing.Tests;

/// <summary>What plans count, counted again from the ONNX files of their networks.</summary>
public sealed class RecountTests
{
    private const int Examples = 8;

    // Here a filter's channel meets something that is not zero without it, or a mean over channels.
    private static readonly string[] Whole = ["shuffle", "buffer behind a layer", "alike"];

    /// <summary>Networks that lose filters, and of which the file loses as many.</summary>
    public static TheoryData<string> Pruned => [.. Tried.All.Except(Whole), "sequential", "rows", "rows twice", "rows twice, gru", "rows again", "rows in vain", "rows both ways", "rows both ways, gru"];

    [Theory]
    [MemberData(nameof(Pruned))]
    public void Every_layer_of_the_file_costs_what_the_plan_counts(string name) => AssertCounted(name, multiple: 1, keepsEnds: false);

    [Theory]
    [InlineData("digits", 4)]
    [InlineData("digits", 16)]
    [InlineData("resnet20", 4)]
    [InlineData("resnet20", 16)]
    [InlineData("mobilenet", 4)]
    [InlineData("mobilenet", 16)]
    public void So_it_does_where_layers_keep_multiples(string name, int multiple)
    {
        var (file, plan) = AssertCounted(name, multiple, keepsEnds: true);

        Assert.All(plan.Where(layer => layer.Kept < layer.Filters), layer => Assert.Equal(0, file[layer.Name].Filters % multiple));
    }

    [Theory]
    [InlineData("digits")]
    [InlineData("lenet")]
    public void So_it_does_where_a_layer_takes_blocks_of_pixels(string name)
    {
        var (file, _) = AssertCounted(name, multiple: 1, keepsEnds: false, inputMultiple: 4);

        Assert.Equal(1, file.Values.Count(layer => layer.Results > 1));
    }

    [Theory]
    [MemberData(nameof(Pruned))]
    public void Batch_normalisations_that_the_plan_counts_are_those_that_the_file_has(string name)
    {
        var (file, counted) = Rewritten.Run<(byte[], long)>(Unpruned, name);

        var graph = OnnxModel.Read(file, "file").Graph;
        var sizes = graph.Initializers.ToDictionary(tensor => tensor.Name, tensor => tensor.Dims.Aggregate(1L, (product, size) => product * size));
        Assert.Equal(counted, graph.Nodes.Where(node => node.OpType == "BatchNormalization").SelectMany(node => node.Inputs.Skip(1).Take(2)).Distinct().Sum(input => sizes[input]));
    }

    /// <summary>A file with nothing pruned, and how many parameters of batch normalisations the plan's rest has.</summary>
    private static (byte[] File, long Counted) Unpruned(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (network, examples) = Networks.Make(name, Examples);
        var counted = Traced.Probe(network, examples).Rest.Where(part => part.Kind.StartsWith("BatchNorm", StringComparison.Ordinal)).Sum(part => part.Parameters);
        var graph = FloatExport.Write(Exported.Trace(network, examples));
        _ = BatchNormFolding.Run(graph, new Dictionary<string, float[]>());
        return (graph.ToModel("").ToBytes(), counted);
    }

    private static (IReadOnlyDictionary<string, FileCost> File, Counted[] Plan) AssertCounted(string name, int multiple, bool keepsEnds, int inputMultiple = 1)
    {
        var (file, plan) = Count(name, multiple, keepsEnds, inputMultiple);
        Assert.Equal(plan.Select(layer => layer.Name).Order(StringComparer.Ordinal), file.Keys.Order(StringComparer.Ordinal));
        Assert.Contains(plan, layer => layer.Kept < layer.Filters);
        Assert.All(plan, layer =>
        {
            var counted = file[layer.Name];
            Assert.Equal((layer.Kept, layer.Macs), (counted.Filters, counted.Macs));
            Assert.Equal(layer.Bops, counted.Macs * counted.WeightBits * counted.InputBits);
            Assert.Equal(layer.WeightBytes, counted.WeightBytes);
        });
        return (file, plan);
    }

    private static (IReadOnlyDictionary<string, FileCost> File, Counted[] Plan) Count(string name, int multiple, bool keepsEnds, int inputMultiple)
    {
        var (file, example, names, plan) = Rewritten.Run<(byte[], long[], string[], long[][])>(Export, name, multiple, keepsEnds, inputMultiple);
        return (FileCost.Of(file, example), [.. names.Zip(plan, (layer, counts) => new Counted(layer, counts[0], counts[1], counts[2], counts[3], counts[4]))]);
    }

    private static (byte[] File, long[] Example, string[] Names, long[][] Plan) Export(string name, int multiple, bool keepsEnds, int inputMultiple)
    {
        using var scope = NewDisposeScope();
        var weights = Path.GetTempFileName();
        try
        {
            var (names, plan) = Plan(name, multiple, keepsEnds, weights);
            using var noGradient = no_grad();
            var (network, examples) = Networks.Make(name, Examples);
            var packed = CompressedModel.LoadWeights(network, weights, LayerKinds.All);
            return (CompressedExport.Write(Exported.Trace(network, examples), packed, Target.AllFuses, inputMultiple: inputMultiple).Graph.ToModel("").ToBytes(), examples.shape[1..], names, plan);
        }
        finally
        {
            File.Delete(weights);
        }
    }

    /// <summary>Prunes about half of a network's filters by chance.</summary>
    private static (string[] Names, long[][] Plan) Plan(string name, int multiple, bool keepsEnds, string weights)
    {
        var (network, examples) = Networks.Make(name, Examples);
        using var compressed = Compressed.Of(network, examples, Compressed.Everything with { KeepFirstAndLast = keepsEnds, DeployTarget = new() { Name = "multiples", FilterMultiple = multiple } });
        var decisions = Compressed.RandomDecisions(compressed, 4);
        compressed.Freeze(decisions);
        network.eval();
        _ = compressed.Run([examples]);
        WeightExporter.Write(compressed, weights);
        return (
            [.. compressed.Layers.Where(IsCounted).Select(layer => layer.Layer.Shape.Name)],
            [
                .. compressed.Layers.Zip(DecisionCost.Of(compressed, decisions)).Where(pair => IsCounted(pair.First)).Select(pair =>
                {
                    var (layer, cost) = pair;
                    var kept = layer.Filters.Kept.Count(stays => stays);
                    var biasBytes = layer.Layer.Shape.HasBias ? CostModel.BiasBytes * kept : 0;
                    return new[] { kept, layer.Layer.Shape.Filters, cost.Macs, cost.Costs[CostKind.Bops], cost.Costs[CostKind.Size] - biasBytes };
                }),
            ]);
    }

    // Tables and parameters are other operators in a file: their weights alone are looked at, in CompressedExportTests.
    private static bool IsCounted(LayerCompressor layer) => !layer.Layer.Kind.IsOverwritten || layer.Layer.Kind is RecurrentWeightKind;

    /// <summary>What a plan says of a layer.</summary>
    private sealed record Counted(string Name, long Kept, long Filters, long Macs, long Bops, long WeightBytes);
}
