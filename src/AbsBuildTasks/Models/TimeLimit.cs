using System.Globalization;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Models;

/// <summary>A long time as people write it: <c>90s</c>, <c>30m</c>, <c>1.5h</c>, <c>2d</c>.</summary>
internal static class TimeLimit
{
    private const decimal LongestSeconds = 365 * 24 * 3600;

    private static readonly Dictionary<char, int> Seconds = new() { ['s'] = 1, ['m'] = 60, ['h'] = 3600, ['d'] = 24 * 3600 };

    /// <summary>Reads the time that a property has as its value.</summary>
    /// <param name="name">The property's name, for the message.</param>
    /// <param name="text">A number above 0 and s, m, h or d, a year at most; empty for no limit.</param>
    /// <exception cref="AbsException">ABS1005: not a time.</exception>
    public static TimeSpan? Read(string name, string text) =>
        text.Length == 0 ? null
        : Seconds.TryGetValue(char.ToLowerInvariant(text[text.Length - 1]), out var unit)
            && decimal.TryParse(text.Substring(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number > 0
            && number <= LongestSeconds / unit
            ? TimeSpan.FromSeconds((double)(number * unit))
            : throw new AbsException(AbsCodes.InvalidSetting, $"{name}=\"{Printable.Escape(text)}\" cannot be read; write a time such as 90s, 30m, 2h or 1.5d.");
}
