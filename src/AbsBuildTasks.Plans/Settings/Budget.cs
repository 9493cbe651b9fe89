using System.Globalization;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Plans.Settings;

/// <summary>What a plan may cost at most.</summary>
/// <param name="RelativeBops">
/// The largest share of the full-precision network's bit-operations, greater than 0 and at most 1.
/// </param>
public sealed record Budget(double RelativeBops)
{
    private const int Decimals = 6;
    private const string Example = "write for example Budget=\"bops=5%\"";

    /// <summary>Reads <c>bops=5%</c>.</summary>
    /// <exception cref="AbsException">ABS1004: not of this form, or out of range.</exception>
    public static Budget Parse(string text)
    {
        var parts = text.Split('=').Select(part => part.Trim()).ToArray();
        if (parts.Length != 2 || !parts[0].Equals("bops", StringComparison.OrdinalIgnoreCase))
        {
            throw new AbsException(AbsCodes.InvalidBudget, $"Budget=\"{text}\" cannot be read; {Example}.");
        }

        if (!parts[1].EndsWith("%", StringComparison.Ordinal)
            || !double.TryParse(parts[1].Substring(0, parts[1].Length - 1).Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent))
        {
            throw new AbsException(AbsCodes.InvalidBudget, $"Budget=\"{text}\": '{parts[1]}' is not a percentage; {Example}.");
        }

        // What is written and read again must be the same budget.
        return percent is > 0 and <= 100 && Math.Round(percent, Decimals) == percent
            ? new Budget(percent / 100)
            : throw new AbsException(AbsCodes.InvalidBudget, $"Budget=\"{text}\" is out of range; it is a share of the full-precision bit-operations, above 0%, at most 100%, with at most {Decimals} decimals.");
    }

    /// <summary>The budget as it is written in a project file.</summary>
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, "bops={0:0.######}%", RelativeBops * 100);
}
