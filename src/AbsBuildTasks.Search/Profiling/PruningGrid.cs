using AbsBuildTasks.Plans.Cost;

namespace AbsBuildTasks.Search.Profiling;

/// <summary>The numbers of filters and inputs at which a layer is measured: shares of all, up to whole vectors of the processor.</summary>
internal static class PruningGrid
{
    // Runtimes compute four or more channels at once: a number between two multiples takes as long as the next one.
    private const int Vector = 4;

    private static readonly double[] FilterShares = [0.125, 0.25, 0.5, 0.75, 1];
    private static readonly double[] InputShares = [0.25, 0.5, 1];

    /// <summary>Numbers of kept filters, rising; the last is all of them.</summary>
    public static IReadOnlyList<long> Filters(LayerShape shape) => Points(FilterShares, shape.Filters, shape.Groups, shape.IsDepthwise);

    /// <summary>Numbers of live inputs, rising; the last is all of them, and the only one where inputs go with filters.</summary>
    public static IReadOnlyList<long> Inputs(LayerShape shape) => shape.IsDepthwise ? [shape.InputChannels] : Points(InputShares, shape.InputChannels, shape.Groups, isDepthwise: false);

    /// <summary>What a layer has at a point, in channels that its groups divide.</summary>
    /// <returns>Filters, inputs and groups.</returns>
    public static (long Filters, long Inputs, long Groups) At(LayerShape shape, long filters, long inputs)
    {
        var pairs = filters / (shape.Filters / shape.Groups);
        return shape.IsDepthwise ? (filters, pairs, pairs) : (filters, inputs, shape.Groups);
    }

    private static IReadOnlyList<long> Points(double[] shares, int all, int groups, bool isDepthwise)
    {
        // In steps that keep the groups alike; of a depthwise layer a step is what belongs to one input.
        var step = isDepthwise ? all / groups : groups;
        var vector = all / step >= 4 * Vector ? Vector : 1;
        return [.. shares.Select(share => (long)(Math.Min(Math.Ceiling(share * all / step / vector) * vector, all / step) * step)).Distinct()];
    }
}
