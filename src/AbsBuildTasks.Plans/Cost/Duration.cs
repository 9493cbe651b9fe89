using System.Globalization;

namespace AbsBuildTasks.Plans.Cost;

/// <summary>A short time as people write it: <c>900ns</c>, <c>150us</c>, <c>2ms</c>, <c>1.5s</c>.</summary>
internal static class Duration
{
    // The largest first, and seconds last in reading: every other unit ends in s too.
    private static readonly (string Name, long Nanoseconds)[] Units = [("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1)];

    /// <summary>Reads a time.</summary>
    /// <param name="text">A number and s, ms, us or ns.</param>
    /// <returns>Nanoseconds, rounded down to a whole number, zero at least; null where the text is not a time.</returns>
    public static long? TryParse(string text)
    {
        var trimmed = text.Trim().Replace('\u00b5', 'u');
        var unit = Units.Reverse().FirstOrDefault(unit => trimmed.EndsWith(unit.Name, StringComparison.OrdinalIgnoreCase));
        return unit.Name is not null
            && decimal.TryParse(trimmed.Substring(0, trimmed.Length - unit.Name.Length).Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number <= long.MaxValue / unit.Nanoseconds
                ? (long)(number * unit.Nanoseconds)
                : null;
    }

    /// <summary>Writes a time in the largest unit that says it in at most three decimals; it reads back as the same time.</summary>
    /// <param name="nanoseconds">One at least.</param>
    public static string Write(long nanoseconds)
    {
        var (name, size) = Array.Find(Units, unit => nanoseconds >= unit.Nanoseconds && nanoseconds * 1000m / unit.Nanoseconds % 1 == 0);
        return ((decimal)nanoseconds / size).ToString("0.###", CultureInfo.InvariantCulture) + name;
    }
}
