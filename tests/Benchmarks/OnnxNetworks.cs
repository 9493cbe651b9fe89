using System.Diagnostics;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.OnnxExport;
using AbsBuildTasks.Search.OnnxExport.Operators;
using AbsBuildTasks.Search.Tracing;
using FashionMnist;
using Paper;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>Networks as ONNX, whole and as a plan leaves them; runs where TorchSharp tells of its native calls.</summary>
/// <remarks>Nothing is trained but the normalisations' statistics: neither size nor time depends on the values.</remarks>
internal static class OnnxNetworks
{
    // As the export of a build: two batches of two and three.
    private const int Examples = 5;

    // A normalisation's statistics move by a tenth each time.
    private const int Passes = 30;

    private static readonly Dictionary<string, (Func<Module<Tensor, Tensor>> Make, long[] Example)> All = new()
    {
        ["Digits"] = (() => new Digits.DigitsNetwork(), [1, 8, 8]),
        ["LeNet-5"] = (() => new LeNet5(), [1, 28, 28]),
        ["ResNet-20"] = (() => ResNet.Small(20, channels: 3, classes: 100), [3, 32, 32]),
        ["MobileNetV2"] = (() => new MobileNetV2(classes: 100), [3, 96, 96]),
        ["ResNet-18"] = (() => ResNet.Eighteen(classes: 100), [3, 96, 96]),
    };

    private static readonly Target Runtime = TargetTable.Find("onnxruntime-cpu")!;

    /// <summary>The networks.</summary>
    public static IReadOnlyList<string> Names => [.. All.Keys];

    /// <summary>The shape of an example.</summary>
    public static long[] Example(string name) => All[name].Example;

    /// <summary>Writes a network in full precision, and with about half of its filters at 8 and 4 bits.</summary>
    /// <param name="name">The network.</param>
    /// <param name="isForTarget">Whether it is as ONNX Runtime's target likes it: sums quantised, filters kept in multiples, few input channels in blocks of pixels.</param>
    /// <returns>Both files, and the milliseconds that tracing and writing the second took.</returns>
    public static (byte[] Whole, byte[] Delivered, double Milliseconds) Write(string name, bool isForTarget)
    {
        using var scope = NewDisposeScope();
        var (make, example) = All[name];
        _ = manual_seed(1);
        var (network, input) = (make(), rand([Examples, .. example]));
        FillStatistics(network, input);
        var weights = Path.GetTempFileName();
        try
        {
            var whole = FloatExport.Write(Trace(network, input)).ToModel("").ToBytes();
            WriteWeights(network, input, weights, isForTarget);
            using var noGradient = no_grad();
            var fresh = make();
            fresh.eval();
            var start = Stopwatch.GetTimestamp();
            var packed = CompressedModel.LoadWeights(fresh, weights, LayerKinds.All);
            var traced = Trace(fresh, input);
            var compressed = CompressedExport.Write(traced, packed, Target.AllFuses);
            compressed = isForTarget ? CompressedExport.Write(traced, packed, Target.AllFuses, inputMultiple: Runtime.InputMultiple, sums: SumCalibration.Of(compressed, [[input]])) : compressed;
            var delivered = compressed.Graph.ToModel("").ToBytes();
            return (whole, delivered, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        finally
        {
            File.Delete(weights);
        }
    }

    /// <summary>Writes a network in full precision.</summary>
    public static byte[] Whole(string name)
    {
        using var scope = NewDisposeScope();
        var (make, example) = All[name];
        _ = manual_seed(1);
        var network = make();
        network.eval();
        return FloatExport.Write(Trace(network, rand([Examples, .. example]))).ToModel("").ToBytes();
    }

    private static TracedGraph Trace(Module<Tensor, Tensor> network, Tensor input)
    {
        using var noGradient = no_grad();
        return NetworkTrace.Of(network, inputs => [network.call(inputs[0])], [input], OperatorTable.Has);
    }

    /// <summary>Without them, the values of a deep network's layers become smaller and smaller.</summary>
    private static void FillStatistics(Module<Tensor, Tensor> network, Tensor input)
    {
        using var noGradient = no_grad();
        network.train();
        for (var pass = 0; pass < Passes; pass++)
        {
            using var scope = NewDisposeScope();
            _ = network.call(input);
        }

        network.eval();
    }

    private static void WriteWeights(Module<Tensor, Tensor> network, Tensor input, string file, bool isForTarget)
    {
        using var noGradient = no_grad();
        using var compressed = Contender.Compress(network, input);
        compressed.Freeze([.. compressed.Layers.Select((layer, i) => Decide(layer, isAtEnd: i == 0 || i == compressed.Layers.Count - 1, isForTarget))]);
        _ = compressed.Run([input]);
        WeightExporter.Write(compressed, file);
    }

    /// <summary>Every second filter, where filters may go: the first and the last layer keep theirs, as they do by default.</summary>
    private static LayerDecision Decide(LayerCompressor layer, bool isAtEnd, bool isForTarget)
    {
        // Of layers of as many filters the same: they may be added up.
        var filters = layer.Layer.Shape.Filters;
        var least = Math.Min(filters, ((filters / 2) + Runtime.FilterMultiple - 1) / Runtime.FilterMultiple * Runtime.FilterMultiple);
        return new(isAtEnd ? 8 : 4, 8, [.. Enumerable.Range(0, filters).Select(filter => !layer.Filters.CanPrune || (isForTarget ? filter < least : filter % 2 == 0))]);
    }
}
