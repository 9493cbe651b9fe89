namespace AbsBuildTasks.Plans.Cost;

/// <summary>A layer under a decision: what its costs follow from.</summary>
/// <param name="Shape">The layer's sizes.</param>
/// <param name="Weights">Weights that remain.</param>
/// <param name="KeptFilters">Filters that stay.</param>
/// <param name="LiveInputs">Input channels, over all groups, that are not identically zero.</param>
/// <param name="WeightBits">Bits of each weight, 1 to 32.</param>
/// <param name="ActivationBits">Bits of each input activation, 1 to 32.</param>
internal readonly record struct CompressedLayer(LayerShape Shape, long Weights, long KeptFilters, long LiveInputs, int WeightBits, int ActivationBits)
{
    /// <summary>Multiply-accumulates of one example that remain.</summary>
    /// <exception cref="OverflowException">They do not fit 64 bits.</exception>
    public long Macs => checked(Weights * Shape.Positions);

    /// <summary>A layer with some of its filters and inputs.</summary>
    /// <param name="shape">The layer.</param>
    /// <param name="kept">For each filter whether it stays.</param>
    /// <param name="live">For each input channel, over all groups, whether it is not identically zero.</param>
    /// <param name="weightBits">Bits of each weight, 1 to 32.</param>
    /// <param name="activationBits">Bits of each input activation, 1 to 32.</param>
    /// <exception cref="ArgumentException">More or fewer filters or inputs than the layer has.</exception>
    public static CompressedLayer Of(LayerShape shape, IReadOnlyList<bool> kept, IReadOnlyList<bool> live, int weightBits, int activationBits) =>
        new(shape, CostModel.Weights(shape, kept, live), kept.Count(stays => stays), live.Count(isLive => isLive), weightBits, activationBits);

    /// <summary>A layer at 32 bits with nothing pruned.</summary>
    public static CompressedLayer Whole(LayerShape shape) =>
        new(shape, shape.Weights, shape.Filters, shape.InputChannels, CostModel.FullPrecisionBits, CostModel.FullPrecisionBits);
}
