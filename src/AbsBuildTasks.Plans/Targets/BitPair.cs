using System.Globalization;
using AbsBuildTasks.Plans.Cost;

namespace AbsBuildTasks.Plans.Targets;

/// <summary>The bits of a layer's weights and those of its inputs.</summary>
/// <param name="Weights">Bits of each weight; <see cref="CostModel.FullPrecisionBits"/> where they are not quantised.</param>
/// <param name="Activations">Bits of each input activation, likewise.</param>
internal readonly record struct BitPair(int Weights, int Activations)
{
    /// <summary>The fewest bits of a quantised tensor.</summary>
    public const int Fewest = 2;

    /// <summary>The most bits of a quantised tensor: the widest whose grid single precision still resolves.</summary>
    public const int Most = 16;

    /// <summary>Whether a tensor may have so many bits, <see cref="CostModel.FullPrecisionBits"/> being those of one that is not quantised.</summary>
    public static bool IsBitwidth(int bits) => bits is (>= Fewest and <= Most) or CostModel.FullPrecisionBits;

    /// <summary>Reads <c>4/8</c>; null where the text is no pair of bitwidths.</summary>
    public static BitPair? TryParse(string text) => text.Split('/') is [var weights, var activations] && Read(weights) is { } w && Read(activations) is { } a ? new(w, a) : null;

    /// <summary>Whether another pair has no more bits of either.</summary>
    public bool IsFrom(BitPair other) => Weights >= other.Weights && Activations >= other.Activations;

    /// <summary>The pair as it is written: weights, a slash, inputs.</summary>
    public override string ToString() => FormattableString.Invariant($"{Weights}/{Activations}");

    private static int? Read(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bits) && IsBitwidth(bits) ? bits : null;
}
