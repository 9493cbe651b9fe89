using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.OnnxExport;
using AbsBuildTasks.Search.Profiling;

namespace AbsBuildTasks.Worker.Timing;

/// <summary>Measures layers in ONNX Runtime, at points of pruning, in floating point and on integers.</summary>
/// <param name="runtime">The runtime.</param>
/// <param name="threads">Threads that run a layer.</param>
/// <param name="batch">Examples in a run.</param>
/// <param name="rounds">How often each point is measured.</param>
/// <param name="inputMultiple">The multiple of input channels that convolutions on integers take at a time, as in the file that will be written.</param>
internal sealed class LayerBench(ProjectRuntime runtime, int threads, int batch, int rounds, int inputMultiple = 1)
{
    // As many copies of a layer as make a run long against its beginning and end; but their weights must lie in the
    // processor's cache together, as those of a small network do.
    private const double LongEnough = 100_000;
    private const int MostCopies = 16;
    private const long MostBytes = 512 * 1024;

    // Floating point, and integers.
    private static readonly bool[] Forms = [false, true];

    private readonly RunClock _clock = new(threads == 1);

    /// <summary>Measures a layer.</summary>
    /// <param name="calls">The layer, with at least one call.</param>
    /// <param name="names">The names of all layers that are alike.</param>
    /// <exception cref="Plans.Errors.AbsException">ABS1044 or ABS1045: the runtime cannot run it.</exception>
    public LatencyLayer Measure(LayerCalls calls, IReadOnlyList<string> names)
    {
        var shape = calls.Shape;
        var (filters, inputs) = (PruningGrid.Filters(shape), PruningGrid.Inputs(shape));
        var (floats, integers) = (Empty(), Empty());
        var noise = 0.0;
        foreach (var call in calls.Calls.GroupBy(call => call.ToString()).Select(group => (Call: group.First(), Count: group.Count())))
        {
            (int Row, int Column)[] places = [.. filters.SelectMany((_, row) => inputs.Select((_, column) => (row, column)))];
            var measured = Measure(call.Call, shape, [.. places.SelectMany(_ => Forms, (place, isOnIntegers) => (filters[place.Row], inputs[place.Column], isOnIntegers))]);
            for (var i = 0; i < measured.Count; i++)
            {
                var (row, column) = places[i / 2];
                (i % 2 == 0 ? floats : integers)[row][column] += call.Count * measured[i].Median;
                noise = Math.Max(noise, measured[i].Noise / measured[i].Median);
            }
        }

        return new LatencyLayer
        {
            Names = names,
            Kind = shape.Kind,
            Filters = shape.Filters,
            Inputs = shape.InputChannels,
            Groups = shape.Groups,
            KernelSize = shape.KernelSize,
            Positions = shape.Positions,
            Call = calls.ToString(),
            FilterPoints = filters,
            InputPoints = inputs,
            Float32 = Rounded(floats, noise),
            Int8 = Rounded(integers, noise),
        };

        double[][] Empty() => [.. filters.Select(_ => new double[inputs.Count])];
    }

    private IReadOnlyList<RaceTime> Measure(LayerCall call, LayerShape shape, IReadOnlyList<(long Filters, long Inputs, bool IsOnIntegers)> points)
    {
        var copies = Copies(call, shape, points[^1].Filters, points[^1].Inputs);
        var sessions = new List<OnnxSession>();
        try
        {
            sessions.Add(runtime.Open(LayerGraph.Write(call, shape, 1, 1, isOnIntegers: false, batch, copies: 0), threads, batch));
            sessions.AddRange(points.Select(point => runtime.Open(LayerGraph.Write(call, shape, point.Filters, point.Inputs, point.IsOnIntegers, batch, copies, inputMultiple), threads, batch)));
            var times = new Race(_clock, rounds).Of([.. sessions.Select(session => (Action)session.Run)]);

            // What a run costs in any case, once for all copies; some of a layer's time is left whatever chance does.
            return [.. times.Skip(1).Select(time => new RaceTime(Math.Max(time.Median - times[0].Median, time.Median / 10) / copies, (time.Noise + times[0].Noise) / copies))];
        }
        finally
        {
            sessions.ForEach(session => session.Dispose());
        }
    }

    private int Copies(LayerCall call, LayerShape shape, long filters, long inputs)
    {
        using var one = runtime.Open(LayerGraph.Write(call, shape, filters, inputs, isOnIntegers: true, batch, copies: 1, inputMultiple), threads, batch);
        return (int)Math.Clamp(Math.Min(LongEnough / new Race(_clock, rounds: 3).Of([one.Run])[0].Median, (double)MostBytes / (shape.Weights * sizeof(float))), 1, MostCopies);
    }

    // To a power of ten below the noise, so that two profiles differ as little as what they measure.
    private static IReadOnlyList<IReadOnlyList<long>> Rounded(double[][] times, double noise) =>
        [.. times.Select(row => row.Select(time => Round(time, time * Math.Max(noise, 1e-3))).ToArray())];

    private static long Round(double time, double noise)
    {
        var step = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(noise))));
        return Math.Max(1, (long)(Math.Round(time / step) * step));
    }
}
