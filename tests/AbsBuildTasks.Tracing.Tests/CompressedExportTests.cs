using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport;
using AbsBuildTasks.Search.Tests.Infrastructure;
using AbsBuildTasks.Tracing.Tests.Infrastructure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Tracing.Tests;

public sealed class CompressedExportTests
{
    private const int Examples = 64;

    [Theory]
    [InlineData("digits", "symmetric", "2;4;8")]
    [InlineData("digits", "symmetric", "8")]
    [InlineData("digits", "symmetric", "4")]
    [InlineData("digits", "unit", "1;3;6")]
    [InlineData("digits", "unit", "12")]
    [InlineData("lenet", "symmetric", "2;4;8")]
    [InlineData("resnet8", "symmetric", "4;8")]
    [InlineData("mobilenet", "symmetric", "4;8")]
    [InlineData("inception", "symmetric", "2;4;8")]
    [InlineData("u-net", "symmetric", "4;8")]
    [InlineData("squeeze-excite", "symmetric", "4;8")]
    [InlineData("shuffle", "symmetric", "4;8")]
    [InlineData("attention", "symmetric", "4;8")]
    public void A_compressed_network_gives_what_its_plan_was_evaluated_with(string name, string grid, string bits)
    {
        var (file, kept, input, shape, wanted) = Rewritten.Run<(byte[], Dictionary<string, int>, float[], long[], float[])>(Export, name, grid, bits);

        var exact = Exported.Run(file, input, shape, isOptimised: false);

        // Single values at ties may fall to the other side.
        Assert.InRange(MeanDifference(exact, wanted), 0, 2e-3);
        Assert.InRange(MeanDifference(Exported.Run(file, input, shape), wanted), 0, 3e-2);
        Assert.InRange(OtherAnswers(exact, wanted), 0, 1);
        var weights = OnnxModel.Read(file, "file").Graph.Initializers.Where(tensor => tensor.Dims.Count > 1).ToArray();
        Assert.All(kept, pair => Assert.InRange(weights.Where(tensor => tensor.Name.StartsWith(pair.Key + ".weight", StringComparison.Ordinal)).Select(tensor => tensor.Dims[0]).DefaultIfEmpty(pair.Value).Single(), 1, long.MaxValue));
    }

    private static (byte[] File, Dictionary<string, int> Kept, float[] Input, long[] Shape, float[] Wanted) Export(string name, string grid, string bits)
    {
        using var scope = NewDisposeScope();
        var weights = Path.GetTempFileName();
        try
        {
            var kept = Compress(name, grid, bits, weights);
            using var noGradient = no_grad();
            var (network, examples) = Networks.Make(name, Examples);
            var packed = CompressedModel.LoadWeights(network, weights, LayerKinds.All);
            var file = CompressedExport.Write(Exported.Trace(network, examples), packed).ToModel("").ToBytes();
            var (loaded, _) = Networks.Make(name, 1);
            return (file, kept, Exported.Values(examples), examples.shape, Exported.Values(CompressedModel.Load(loaded, weights).call(examples)));
        }
        finally
        {
            File.Delete(weights);
        }
    }

    /// <summary>Decides at random about a network's layers.</summary>
    /// <returns>How many filters each keeps.</returns>
    private static Dictionary<string, int> Compress(string name, string grid, string bits, string weights)
    {
        var (network, examples) = Networks.Make(name, Examples);
        using var compressed = Compressed.Of(network, examples, Compressed.Everything with { Grid = grid == "unit" ? WeightGrid.Unit : WeightGrid.Symmetric, Bits = BitChain.Parse(bits) });
        var decisions = Compressed.RandomDecisions(compressed, 4);
        compressed.Freeze(decisions);
        network.eval();
        _ = compressed.Run([examples]);
        WeightExporter.Write(compressed, weights);
        return compressed.Layers.Zip(decisions).ToDictionary(pair => pair.First.Layer.Shape.Name, pair => pair.Second.Kept.Count(isKept => isKept));
    }

    private static double MeanDifference(float[] values, float[] wanted)
    {
        Assert.Equal(wanted.Length, values.Length);
        return values.Zip(wanted, (value, want) => (double)Math.Abs(value - want)).Average() / wanted.Max(value => (double)Math.Abs(value));
    }

    private static int OtherAnswers(float[] values, float[] wanted) =>
        values.Chunk(values.Length / Examples).Zip(wanted.Chunk(wanted.Length / Examples)).Count(pair => Array.IndexOf(pair.First, pair.First.Max()) != Array.IndexOf(pair.Second, pair.Second.Max()));
}
