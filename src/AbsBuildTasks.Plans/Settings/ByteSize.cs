using System.Globalization;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports;

namespace AbsBuildTasks.Plans.Settings;

/// <summary>A number of bytes as people write it: <c>2GB</c>.</summary>
public static class ByteSize
{
    private static readonly string[] Units = ["KB", "MB", "GB", "TB"];

    /// <summary>Reads a size.</summary>
    /// <param name="name">The property it is the value of, for the message.</param>
    /// <param name="text">A number and KB, MB, GB or TB, each 1,024 times the one before.</param>
    /// <returns>Bytes, zero at least.</returns>
    /// <exception cref="AbsException">ABS1005: not a size.</exception>
    public static long Parse(string name, string text)
    {
        var trimmed = text.Trim();
        var unit = Array.FindIndex(Units, unit => trimmed.EndsWith(unit, StringComparison.OrdinalIgnoreCase));
        var isRead = decimal.TryParse(trimmed.Substring(0, Math.Max(0, trimmed.Length - 2)).Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        var unitBytes = 1L << (10 * (unit + 1));
        return unit >= 0 && isRead && number <= long.MaxValue / unitBytes
            ? (long)(number * unitBytes)
            : throw new AbsException(AbsCodes.InvalidSetting, $"{name}=\"{Printable.Escape(text)}\" cannot be read; write a size such as 4GB or 500MB.");
    }
}
