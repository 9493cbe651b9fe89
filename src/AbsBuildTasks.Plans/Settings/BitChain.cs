using System.Globalization;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Targets;

namespace AbsBuildTasks.Plans.Settings;

/// <summary>
/// Candidate bitwidths b_1 &lt; … &lt; b_K, each a multiple of the one before, so that every coarse grid lies on the
/// finer ones and all bitwidths can share one super-bit.
/// </summary>
internal sealed class BitChain : IReadOnlyList<int>, IEquatable<BitChain>
{
    /// <summary>The widest bitwidth whose grid single precision still resolves.</summary>
    public const int MaxBits = BitPair.Most;

    private const string SettingName = nameof(SearchSettings.Bits);

    private readonly int[] _bits;

    private BitChain(int[] bits) => _bits = bits;

    /// <summary>2, 4 and 8 bits.</summary>
    public static BitChain Default { get; } = new([2, 4, 8]);

    /// <summary>32 bits alone: a tensor that is not quantised. Not among the bitwidths that <see cref="Of"/> takes.</summary>
    public static BitChain FullPrecision { get; } = new([CostModel.FullPrecisionBits]);

    /// <inheritdoc />
    public int Count => _bits.Length;

    /// <summary>The smallest bitwidth, b_1.</summary>
    public int Lowest => _bits[0];

    /// <summary>The largest bitwidth, b_K.</summary>
    public int Highest => _bits[_bits.Length - 1];

    /// <inheritdoc />
    public int this[int index] => _bits[index];

    /// <summary>Makes a chain of the bitwidths given.</summary>
    /// <exception cref="AbsException">ABS1003: fewer than one, out of 1 to 16, or not a chain of multiples.</exception>
    public static BitChain Of(params int[] bits) => Checked(bits, SettingName);

    /// <summary>Reads <c>2;4;8</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="setting">The setting's name, for messages.</param>
    /// <exception cref="AbsException">ABS1003: not numbers, or not a chain.</exception>
    public static BitChain Parse(string text, string setting = SettingName)
    {
        var parts = text.Split(';').Select(part => part.Trim()).Where(part => part.Length > 0).ToArray();
        var bits = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out bits[i]))
            {
                throw new AbsException(AbsCodes.InvalidBits, $"{setting}=\"{text}\": '{parts[i]}' is not a number; write bitwidths separated by semicolons, for example \"2;4;8\".");
            }
        }

        return Checked(bits, setting);
    }

    /// <summary>The bitwidths that a rule holds for: multiples of each other, as all of them are. There may be none.</summary>
    public BitChain Where(Predicate<int> holds) => new(Array.FindAll(_bits, holds));

    /// <summary>Fails where the lowest bitwidth has no level but zero.</summary>
    /// <param name="setting">The setting's name, for messages.</param>
    /// <exception cref="AbsException">ABS1003.</exception>
    public void RequireNonzeroLevels(string setting)
    {
        if (Lowest == 1)
        {
            throw new AbsException(AbsCodes.InvalidBits, $"{setting}=\"{this}\": on a grid around zero 1 bit holds nothing but the zero; start at 2.");
        }
    }

    /// <inheritdoc />
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)_bits).GetEnumerator();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc />
    public bool Equals(BitChain? other) => other is not null && _bits.SequenceEqual(other._bits);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as BitChain);

    /// <inheritdoc />
    public override int GetHashCode() => _bits.Aggregate(17, (hash, bits) => (hash * 31) + bits);

    /// <summary>The chain as it is written in a project file.</summary>
    public override string ToString() => string.Join(";", _bits);

    private static BitChain Checked(int[] bits, string setting)
    {
        var text = string.Join(";", bits);
        if (bits.Length == 0)
        {
            throw new AbsException(AbsCodes.InvalidBits, $"{setting} is empty: name at least one bitwidth, for example {setting}=\"2;4;8\".");
        }

        for (var i = 0; i < bits.Length; i++)
        {
            if (bits[i] is < 1 or > MaxBits)
            {
                throw new AbsException(AbsCodes.InvalidBits, $"{setting}=\"{text}\": {bits[i]} is out of range; use 1 to {MaxBits}.");
            }

            if (i > 0 && (bits[i] <= bits[i - 1] || bits[i] % bits[i - 1] != 0))
            {
                throw new AbsException(
                    AbsCodes.InvalidBits,
                    $"{setting}=\"{text}\": {bits[i]} is not a larger multiple of {bits[i - 1]}; each bitwidth must be one of the bitwidth before it, for example \"2;4;8\".");
            }
        }

        return new BitChain((int[])bits.Clone());
    }
}
