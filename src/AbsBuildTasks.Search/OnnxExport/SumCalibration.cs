using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;
using AbsBuildTasks.Search.OnnxExport.Quantized;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.OnnxExport;

/// <summary>Finds, from examples, the levels for values that the plan does not quantise.</summary>
internal static class SumCalibration
{
    private const int Bins = 4096;

    /// <summary>Finds them.</summary>
    /// <param name="compressed">The network as its plan leaves it.</param>
    /// <param name="batches">The examples' inputs; gone through twice.</param>
    /// <returns>Levels, in the order of the points; none for values that are not all finite, as behind a mask.</returns>
    public static IReadOnlyList<SumLevels> Of(CompressedGraph compressed, IEnumerable<IReadOnlyList<Tensor>> batches)
    {
        if (compressed.Points.Count == 0)
        {
            return [];
        }

        using var noGradient = no_grad();
        using var network = Watching(compressed);
        return [.. Of(compressed.Points, ForEach).Zip(compressed.Points).Where(pair => pair.First is not null).Select(pair => new SumLevels(pair.Second.Value, pair.First!.Value))];

        void ForEach(Action<int, Tensor> look)
        {
            foreach (var inputs in batches)
            {
                using var scope = NewDisposeScope();
                var watched = network.Run(inputs).Skip(compressed.Graph.Outputs.Count).ToArray();
                for (var at = 0; at < watched.Length; at++)
                {
                    look(at, watched[at]);
                }
            }
        }
    }

    /// <summary>Finds them for values that something shows.</summary>
    /// <param name="points">The values.</param>
    /// <param name="forEach">Shows each of the values of each batch, with its number; called twice.</param>
    /// <returns>One for each of the values; null where they are not all finite.</returns>
    public static IReadOnlyList<LevelGrid?> Of(IReadOnlyList<SumPoint> points, Action<Action<int, Tensor>> forEach)
    {
        var ranges = points.Select(_ => (Low: 0.0, High: 0.0)).ToArray();
        forEach((at, values) =>
        {
            using var scope = NewDisposeScope();
            ranges[at] = (Math.Min(ranges[at].Low, values.min().item<float>()), Math.Max(ranges[at].High, values.max().item<float>()));
        });
        var histograms = ranges.Select(range => new ValueHistogram(range.Low, range.High, new long[Bins])).ToArray();
        forEach((at, values) => Count(histograms[at], values));
        return [.. points.Zip(histograms, (point, histogram) => double.IsFinite(histogram.High - histogram.Low) ? GridChoice.Of(histogram, point.Readers) : (LevelGrid?)null)];
    }

    /// <summary>The network with the values among its outputs.</summary>
    private static OnnxNetwork Watching(CompressedGraph compressed)
    {
        var model = compressed.Graph.ToModel("", compressed.Points.Select(point => point.Value));
        var network = OnnxNetwork.Quantized(model.ToBytes(), "the written file");
        network.eval();
        return network;
    }

    private static void Count(ValueHistogram histogram, Tensor values)
    {
        if (!(histogram.High > histogram.Low && double.IsFinite(histogram.High - histogram.Low)))
        {
            return;
        }

        using var scope = NewDisposeScope();
        var places = values.to(ScalarType.Float64).sub(histogram.Low).mul(Bins / (histogram.High - histogram.Low)).floor().clamp(0, Bins - 1).to(ScalarType.Int64);
        var counts = places.flatten().bincount(null, Bins).cpu().data<long>().ToArray();
        for (var i = 0; i < Bins; i++)
        {
            histogram.Counts[i] += counts[i];
        }
    }
}
