using AbsBuildTasks.Plans.Cost;

namespace AbsBuildTasks.Plans.Latency;

/// <summary>What was measured of layers that are alike.</summary>
internal sealed record LatencyLayer
{
    /// <summary>The layers' paths in the network, at least one.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Their type: <c>Conv2d</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Output filters before pruning.</summary>
    public required int Filters { get; init; }

    /// <summary>Input channels over all groups.</summary>
    public required int Inputs { get; init; }

    /// <summary>Groups that filters and inputs are split into.</summary>
    public required int Groups { get; init; }

    /// <summary>Weights of a filter per input channel.</summary>
    public required int KernelSize { get; init; }

    /// <summary>How often an example uses each weight.</summary>
    public required long Positions { get; init; }

    /// <summary>What was run, for people: <c>Conv 1x8x8, kernel 3x3</c>. Several calls are joined by <c> + </c>.</summary>
    public required string Call { get; init; }

    /// <summary>The numbers of kept filters that were measured, rising.</summary>
    public required IReadOnlyList<long> FilterPoints { get; init; }

    /// <summary>The numbers of live inputs, rising. A depthwise layer has one: its inputs go with its filters.</summary>
    public required IReadOnlyList<long> InputPoints { get; init; }

    /// <summary>Nanoseconds in floating point: for each of the filters' points a row, with a number for each of the inputs'.</summary>
    public required IReadOnlyList<IReadOnlyList<long>> Float32 { get; init; }

    /// <summary>Nanoseconds on 8-bit integers, likewise.</summary>
    public required IReadOnlyList<IReadOnlyList<long>> Int8 { get; init; }

    /// <summary>Whether a layer has these sizes.</summary>
    public bool Fits(LayerShape shape) =>
        (Kind, Filters, Inputs, Groups, KernelSize, Positions) == (shape.Kind, shape.Filters, shape.InputChannels, shape.Groups, shape.KernelSize, shape.Positions);

    /// <summary>The sizes in a few words.</summary>
    public static string Sizes(string kind, int filters, int inputs, int groups, int kernelSize, long positions) => FormattableString.Invariant(
        $"{kind} of {filters} filters and {inputs} inputs in {groups} groups, kernel size {kernelSize}, {positions} positions");
}
