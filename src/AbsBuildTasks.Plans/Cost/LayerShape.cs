namespace AbsBuildTasks.Plans.Cost;

/// <summary>The sizes of a weighted layer that its cost follows from.</summary>
/// <remarks>
/// A linear layer on vectors has a <see cref="KernelSize"/>, <see cref="Positions"/> and <see cref="Groups"/> of 1 and its input
/// features as <see cref="InputChannels"/>.
/// </remarks>
internal sealed record LayerShape
{
    /// <summary>The layer's path in the network.</summary>
    public required string Name { get; init; }

    /// <summary>The layer's type: <c>Conv2d</c>, <c>Linear</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Output channels, or output features.</summary>
    public required int Filters { get; init; }

    /// <summary>Input channels over all groups, or input features.</summary>
    public required int InputChannels { get; init; }

    /// <summary>Groups that filters and inputs are split into; divides both. Default 1.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Weights of a filter per input channel: the product of the kernel's sides. Default 1.</summary>
    public int KernelSize { get; init; } = 1;

    /// <summary>
    /// How often each weight is used for one example. Default 1. Of a convolution its outputs per filter, the product of
    /// the output's spatial sizes; of a transposed convolution its inputs per channel: each is multiplied with the whole
    /// kernel, also where padding cuts off some of the products.
    /// </summary>
    public long Positions { get; init; } = 1;

    /// <summary>Whether each filter has a bias.</summary>
    public bool HasBias { get; init; }

    /// <summary>How long the layer takes; null where nobody has measured it.</summary>
    public LayerTimes? Times { get; init; }

    /// <summary>Whether each filter sees one input channel alone.</summary>
    public bool IsDepthwise => Groups > 1 && Groups == InputChannels;

    /// <summary>Weights with nothing pruned.</summary>
    public long Weights => checked((long)Filters * (InputChannels / Groups) * KernelSize);

    /// <summary>Multiply-accumulates of one example with nothing pruned.</summary>
    public long Macs => checked(Weights * Positions);

    /// <summary>A cost at 32 bits with nothing pruned.</summary>
    public long FullPrecision(CostKind kind) => kind.Of(CompressedLayer.Whole(this));
}
