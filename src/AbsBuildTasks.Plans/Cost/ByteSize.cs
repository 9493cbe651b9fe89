using System.Globalization;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Cost;

/// <summary>A number of bytes as people write it: <c>512B</c>, <c>40KB</c>, <c>1.5MB</c>, <c>2GB</c>, each unit 1,024 times the one before.</summary>
internal static class ByteSize
{
    // The largest first, and bytes last: every other unit ends in B too. A number without a unit is a mistake.
    private static readonly (string Name, long Bytes)[] Units = [("TB", 1L << 40), ("GB", 1L << 30), ("MB", 1L << 20), ("KB", 1L << 10), ("B", 1)];

    /// <summary>Reads the size that a property has as its value.</summary>
    /// <param name="name">The property's name, for the message.</param>
    /// <param name="text">A number and B, KB, MB, GB or TB.</param>
    /// <returns>Whole bytes, zero at least.</returns>
    /// <exception cref="AbsException">ABS1005: not a size.</exception>
    public static long Parse(string name, string text) => TryParse(text)
        ?? throw new AbsException(AbsCodes.InvalidSetting, $"{name}=\"{Printable.Escape(text)}\" cannot be read; write a size such as 4GB or 500MB.");

    /// <summary>Reads a size.</summary>
    /// <param name="text">A number and B, KB, MB, GB or TB.</param>
    /// <returns>Bytes, rounded down to a whole number, zero at least; null where the text is not a size.</returns>
    public static long? TryParse(string text)
    {
        var trimmed = text.Trim();
        var unit = Array.Find(Units, unit => trimmed.EndsWith(unit.Name, StringComparison.OrdinalIgnoreCase));
        return unit.Name is not null
            && decimal.TryParse(trimmed.Substring(0, trimmed.Length - unit.Name.Length).Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number <= long.MaxValue / unit.Bytes
                ? (long)(number * unit.Bytes)
                : null;
    }

    /// <summary>Writes a size in the largest unit that says it in at most one decimal; it reads back as the same size.</summary>
    /// <param name="bytes">One at least.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than one.</exception>
    public static string Write(long bytes)
    {
        foreach (var (name, size) in Units)
        {
            var number = Math.Ceiling((decimal)bytes * 10 / size) / 10;
            if (bytes >= size && Math.Floor(number * size) == bytes)
            {
                return number.ToString("0.#", CultureInfo.InvariantCulture) + name;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(bytes), bytes, "A size is at least one byte.");
    }
}
