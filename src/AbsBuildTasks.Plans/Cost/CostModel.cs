namespace AbsBuildTasks.Plans.Cost;

/// <summary>What layers cost: multiply-accumulates, bit-operations and bytes.</summary>
/// <remarks>
/// Only multiply-accumulates count, not sums or activations. Every method throws <see cref="OverflowException"/> where a
/// result does not fit 64 bits, and <see cref="ArgumentException"/> for more or fewer filters or inputs than the layer has.
/// </remarks>
internal static class CostModel
{
    /// <summary>Bits of a full-precision weight or activation.</summary>
    public const int FullPrecisionBits = 32;

    /// <summary>Bytes of a parameter in full precision.</summary>
    public const int ParameterBytes = 4;

    /// <summary>Bytes of a bias, which stays in full precision.</summary>
    public const int BiasBytes = ParameterBytes;

    /// <summary>Bits of a byte.</summary>
    public const double BitsPerByte = 8;

    /// <summary>Bit-operations: <c>macs × weightBits × activationBits</c>.</summary>
    /// <param name="macs">Multiply-accumulates.</param>
    /// <param name="weightBits">Bits of each weight, 1 to 32.</param>
    /// <param name="activationBits">Bits of each input activation, 1 to 32.</param>
    public static long Bops(long macs, int weightBits, int activationBits) => checked(macs * weightBits * activationBits);

    /// <summary>Bytes of the remaining parameters: weights packed in whole bytes per layer, and 4 bytes per kept bias.</summary>
    public static long SizeBytes(CompressedLayer layer)
    {
        var weightBytes = checked((layer.Weights * layer.WeightBits) + 7) / 8;
        return layer.Shape.HasBias ? checked(weightBytes + (layer.KeptFilters * BiasBytes)) : weightBytes;
    }

    /// <summary>
    /// Weights that remain: for each group its kept filters × its live inputs × kernel. Groups may keep different
    /// numbers: each is a convolution of its own, and is counted as one.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="kept">For each filter whether it stays.</param>
    /// <param name="live">For each input channel, over all groups, whether it is not identically zero.</param>
    public static long Weights(LayerShape layer, IReadOnlyList<bool> kept, IReadOnlyList<bool> live)
    {
        Require(nameof(kept), kept.Count, layer.Filters);
        Require(nameof(live), live.Count, layer.InputChannels);
        var (filters, inputs) = (layer.Filters / layer.Groups, layer.InputChannels / layer.Groups);
        var pairs = 0L;
        for (var group = 0; group < layer.Groups; group++)
        {
            pairs = checked(pairs + (Count(kept, group * filters, filters) * Count(live, group * inputs, inputs)));
        }

        return checked(pairs * layer.KernelSize);
    }

    private static long Count(IReadOnlyList<bool> flags, int first, int count)
    {
        var sum = 0L;
        for (var i = first; i < first + count; i++)
        {
            sum += flags[i] ? 1 : 0;
        }

        return sum;
    }

    private static void Require(string name, int count, int wanted)
    {
        if (count != wanted)
        {
            throw new ArgumentException(FormattableString.Invariant($"The layer has {wanted}, not {count}."), name);
        }
    }
}
