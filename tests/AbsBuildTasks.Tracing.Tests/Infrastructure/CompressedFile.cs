using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.OnnxExport;
using AbsBuildTasks.Search.Tests.Infrastructure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Tracing.Tests.Infrastructure;

/// <summary>Networks whose layers are decided about at random, as ONNX.</summary>
internal static class CompressedFile
{
    private const int Examples = 64;
    private const int MostScores = 10;

    /// <summary>Compresses a network at random and writes it.</summary>
    /// <param name="name">The network.</param>
    /// <param name="grid">The weights' grid, and maybe <c>by filter</c> behind it.</param>
    /// <param name="bits">The bits to choose from.</param>
    /// <param name="opset">The highest version of ONNX's operators.</param>
    /// <param name="hasSums">Whether sums are quantised, too.</param>
    /// <param name="inputMultiple">The multiple of input channels that the runtime takes at a time.</param>
    /// <param name="fuses">The operators that the runtime makes part of quantisers, with spaces between; null for all of them.</param>
    /// <param name="hasTrained">Whether no two intervals are alike, as after training.</param>
    /// <returns>The file, how many filters of each layer are kept, examples, and what the compressed network gives for them.</returns>
    public static (byte[] File, Dictionary<string, int> Kept, float[] Input, long[] Shape, float[] Wanted) Of(string name, string grid, string bits, int opset = 25, bool hasSums = false, int inputMultiple = 1, string? fuses = null, bool hasTrained = false) =>
        Rewritten.Run<(byte[], Dictionary<string, int>, float[], long[], float[])>(Write, name, grid, bits, opset, hasSums, inputMultiple, fuses, hasTrained);

    private static (byte[] File, Dictionary<string, int> Kept, float[] Input, long[] Shape, float[] Wanted) Write(string name, string grid, string bits, int opset, bool hasSums, int inputMultiple, string? fuses, bool hasTrained)
    {
        using var scope = NewDisposeScope();
        var weights = Path.GetTempFileName();
        try
        {
            var kept = Compress(name, grid, bits, weights, hasSums, hasTrained);
            using var noGradient = no_grad();
            var (network, examples) = Networks.Make(name, Examples);
            var packed = CompressedModel.LoadWeights(network, weights, LayerKinds.All);
            var traced = Exported.Trace(network, examples);
            var fusing = fuses?.Split(' ') ?? Target.AllFuses;
            var compressed = CompressedExport.Write(traced, packed, fusing, opset, inputMultiple);
            compressed = hasSums ? CompressedExport.Write(traced, packed, fusing, opset, inputMultiple, SumCalibration.Of(CompressedExport.Write(traced, packed, Target.AllFuses, opset), [[examples]])) : compressed;
            var file = compressed.Graph.ToModel("").ToBytes();
            var (loaded, _) = Networks.Make(name, 1);
            return (file, kept, Exported.Values(examples), examples.shape, Exported.Values(CompressedModel.Load(loaded, weights).call(examples)));
        }
        finally
        {
            File.Delete(weights);
        }
    }

    /// <summary>Decides at random about a network's layers.</summary>
    /// <param name="name">The network.</param>
    /// <param name="grid">The weights' grid.</param>
    /// <param name="bits">The bits to choose from.</param>
    /// <param name="weights">The file to write to.</param>
    /// <param name="hasTrained">Whether no two intervals are alike, as after training.</param>
    /// <param name="hasSums">Whether for a target whose sums run on integers.</param>
    /// <returns>How many filters each keeps; without those that go over single channels, and go with them.</returns>
    public static Dictionary<string, int> Compress(string name, string grid, string bits, string weights, bool hasSums = false, bool hasTrained = false)
    {
        var (network, examples) = Networks.Make(name, Examples);
        using var compressed = Compressed.Of(network, examples, Compressed.Everything with { Grid = grid.StartsWith("unit", StringComparison.Ordinal) ? WeightGrid.Unit : WeightGrid.Symmetric, WeightScales = grid.EndsWith("by filter", StringComparison.Ordinal) ? ScaleKind.Filter : ScaleKind.Layer, Bits = BitChain.Parse(bits), DeployTarget = new() { Name = "sums", QuantizesSums = hasSums, WeightScales = WeightScales.Both } });
        if (hasTrained)
        {
            foreach (var (i, interval) in compressed.Intervals.Index())
            {
                interval.Value *= 1 + (0.001 * i);
            }
        }

        var decisions = Compressed.RandomDecisions(compressed, 4);
        compressed.Freeze(decisions);
        network.eval();
        _ = compressed.Run([examples]);
        WeightExporter.Write(compressed, weights);
        return compressed.Layers.Zip(decisions).Where(pair => pair.First.Layer.Shape.Groups == 1).ToDictionary(pair => pair.First.Layer.Shape.Name, pair => pair.Second.Kept.Count(isKept => isKept));
    }

    /// <summary>The average difference, relative to the largest value.</summary>
    public static double MeanDifference(float[] values, float[] wanted)
    {
        Assert.Equal(wanted.Length, values.Length);
        return values.Zip(wanted, (value, want) => (double)Math.Abs(value - want)).Average() / wanted.Max(value => (double)Math.Abs(value));
    }

    /// <summary>How many examples have another highest value. Of an image none is the answer: neighbours are nearly alike.</summary>
    public static int OtherAnswers(float[] values, float[] wanted) => values.Length / Examples > MostScores
        ? 0
        : values.Chunk(values.Length / Examples).Zip(wanted.Chunk(wanted.Length / Examples)).Count(pair => Array.IndexOf(pair.First, pair.First.Max()) != Array.IndexOf(pair.Second, pair.Second.Max()));
}
