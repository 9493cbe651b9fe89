namespace AbsBuildTasks.Plans.Cost;

/// <summary>What layers cost: multiply-accumulates, bit-operations and bytes.</summary>
/// <remarks>
/// Only multiply-accumulates of weighted layers count. Every method throws <see cref="OverflowException"/> where a
/// result does not fit 64 bits, and <see cref="ArgumentOutOfRangeException"/> for counts the layer does not have.
/// </remarks>
public static class CostModel
{
    /// <summary>Bits of a full-precision weight or activation.</summary>
    public const int FullPrecisionBits = 32;

    private const int BiasBytes = 4;

    /// <summary>Multiply-accumulates of one example: kept filters × live inputs per filter × kernel × positions.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="keptFilters">Output filters that stay, 0 to the layer's.</param>
    /// <param name="liveInputs">Input channels over all groups that are not identically zero, 0 to the layer's.</param>
    public static long Macs(LayerShape layer, long keptFilters, long liveInputs) =>
        checked(Weights(layer, keptFilters, liveInputs) * layer.Positions);

    /// <summary>Bit-operations: <c>macs × weightBits × activationBits</c>.</summary>
    /// <param name="macs">Multiply-accumulates.</param>
    /// <param name="weightBits">Bits of each weight, 1 to 32.</param>
    /// <param name="activationBits">Bits of each input activation, 1 to 32.</param>
    public static long Bops(long macs, int weightBits, int activationBits) => checked(macs * weightBits * activationBits);

    /// <summary>Bytes of the remaining parameters: weights packed in whole bytes per layer, and 4 bytes per kept bias.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="keptFilters">Output filters that stay, 0 to the layer's.</param>
    /// <param name="liveInputs">Input channels over all groups that are not identically zero, 0 to the layer's.</param>
    /// <param name="weightBits">Bits of each weight, 1 to 32.</param>
    public static long SizeBytes(LayerShape layer, long keptFilters, long liveInputs, int weightBits)
    {
        var weightBytes = checked((Weights(layer, keptFilters, liveInputs) * weightBits) + 7) / 8;
        return layer.HasBias ? checked(weightBytes + (keptFilters * BiasBytes)) : weightBytes;
    }

    /// <summary>
    /// Weights that remain. Inputs per filter round up, which is exact without groups, for depthwise layers, and
    /// wherever each group keeps as many inputs as the next.
    /// </summary>
    private static long Weights(LayerShape layer, long keptFilters, long liveInputs)
    {
        InRange(nameof(keptFilters), keptFilters, layer.Filters);
        InRange(nameof(liveInputs), liveInputs, layer.InputChannels);
        var inputsPerFilter = (liveInputs + layer.Groups - 1) / layer.Groups;
        return checked(keptFilters * inputsPerFilter * layer.KernelSize);
    }

    private static void InRange(string name, long count, long most)
    {
        if (count < 0 || count > most)
        {
            throw new ArgumentOutOfRangeException(name, count, FormattableString.Invariant($"The layer has 0 to {most}."));
        }
    }
}
