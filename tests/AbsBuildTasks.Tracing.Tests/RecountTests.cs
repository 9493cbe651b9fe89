using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.OnnxExport;
using AbsBuildTasks.Search.Tests.Infrastructure;
using AbsBuildTasks.Tracing.Tests.Infrastructure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Tracing.Tests;

public sealed class RecountTests(Xunit.Abstractions.ITestOutputHelper output)
{
    public static TheoryData<string> Names => Networks.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Explore(string name)
    {
        var (file, example, plan) = Rewritten.Run<(byte[], long[], (string Name, string Kind, int Kept, int Filters, long Macs, long Bops, long Size, int WeightBits, int InputBits, bool HasBias)[])>(Export, name, 4);
        var counted = FileCost.Of(file, example);
        foreach (var layer in plan)
        {
            var file1 = counted.GetValueOrDefault(layer.Name);
            var ok = file1 is not null && file1.Macs == layer.Macs && file1.Macs * file1.WeightBits * file1.InputBits == layer.Bops && file1.WeightBytes == layer.Size - (layer.HasBias ? 4 * layer.Kept : 0) && file1.Filters == layer.Kept;
            output.WriteLine($"{(ok ? "ok  " : "DIFF")} {name} {layer} {file1}");
        }
    }

    private static (byte[] File, long[] Example, (string Name, string Kind, int Kept, int Filters, long Macs, long Bops, long Size, int WeightBits, int InputBits, bool HasBias)[] Plan) Export(string name, int seed)
    {
        using var scope = NewDisposeScope();
        var weights = Path.GetTempFileName();
        try
        {
            var (searched, inputs) = Networks.Make(name, 8);
            (string Name, string Kind, int Kept, int Filters, long Macs, long Bops, long Size, int WeightBits, int InputBits, bool HasBias)[] plan;
            using (var compressed = Compressed.Of(searched, inputs, Compressed.Everything with { Bits = BitChain.Parse("2;4;8") }))
            {
                var decisions = Compressed.RandomDecisions(compressed, seed);
                compressed.Freeze(decisions);
                searched.eval();
                _ = compressed.Run([inputs]);
                WeightExporter.Write(compressed, weights);
                plan = [.. compressed.Layers.Zip(DecisionCost.Of(compressed, decisions), decisions).Select(layer => (
                    layer.First.Layer.Shape.Name, layer.First.Layer.Shape.Kind, layer.First.Filters.Kept.Count(kept => kept), layer.Third.Kept.Count, layer.Second.Macs, layer.Second.Costs[CostKind.Bops], layer.Second.Costs[CostKind.Size],
                    layer.Third.WeightBits, layer.Third.ActivationBits, layer.First.Layer.Shape.HasBias))];
            }

            using var noGradient = no_grad();
            var (network, examples) = Networks.Make(name, 8);
            var packed = CompressedModel.LoadWeights(network, weights, LayerKinds.All);
            return (CompressedExport.Write(Exported.Trace(network, examples), packed).ToModel("").ToBytes(), examples.shape[1..], plan);
        }
        finally
        {
            File.Delete(weights);
        }
    }
}
