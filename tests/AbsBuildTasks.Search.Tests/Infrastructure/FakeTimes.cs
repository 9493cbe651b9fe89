using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Profiling;

namespace AbsBuildTasks.Search.Tests.Infrastructure;

/// <summary>Times that nobody has measured: what a layer's filters, its inputs and its pairs of both take, and half of it on integers.</summary>
internal static class FakeTimes
{
    /// <summary>Nanoseconds of a filter with an input.</summary>
    public const long PerPair = 1_000;

    private const long PerFilter = 10_000;
    private const long PerInput = 4_000;

    /// <summary>Nanoseconds in floating point.</summary>
    public static long Of(long filters, long inputs) => (PerFilter * filters) + (PerInput * inputs) + (PerPair * filters * inputs);

    /// <summary>The times of a layer, from nothing to all of it.</summary>
    public static LayerTimes Of(LayerShape shape) => Of(shape, 1, 2);

    /// <summary>The times of a layer that takes twice as long on integers.</summary>
    public static LayerTimes SlowOnIntegers(LayerShape shape) => Of(shape, 2, 1);

    /// <summary>A table of a model's layers.</summary>
    public static LatencyTable Table(IAbsModel model) => new()
    {
        Model = "stripes",
        Machine = "none",
        Runtime = "none",
        Threads = 1,
        Batch = 1,
        Layers = [.. LayerSurvey.Of(model, new ModelContext(Path.GetTempPath(), []), (_, _) => { }).Select(Layer)],
    };

    private static LayerTimes Of(LayerShape shape, long full, long integers)
    {
        var (filters, inputs) = (new long[] { 0, shape.Filters }, shape.IsDepthwise ? [shape.InputChannels] : new long[] { 0, shape.InputChannels });
        return new(Grid(full), Grid(integers));

        MonotoneGrid Grid(long divisor) => new(filters, inputs, [.. filters.Select(count => inputs.Select(input => Of(count, input) / divisor).ToArray())]);
    }

    private static LatencyLayer Layer(LayerCalls calls)
    {
        var shape = calls.Shape;
        var (filters, inputs) = (PruningGrid.Filters(shape), PruningGrid.Inputs(shape));
        return new()
        {
            Names = [shape.Name],
            Kind = shape.Kind,
            Filters = shape.Filters,
            Inputs = shape.InputChannels,
            Groups = shape.Groups,
            KernelSize = shape.KernelSize,
            Positions = shape.Positions,
            Call = calls.ToString(),
            FilterPoints = filters,
            InputPoints = inputs,
            Float32 = [.. filters.Select(count => inputs.Select(input => Of(count, input)).ToArray())],
            Int8 = [.. filters.Select(count => inputs.Select(input => Of(count, input) / 2).ToArray())],
        };
    }
}
