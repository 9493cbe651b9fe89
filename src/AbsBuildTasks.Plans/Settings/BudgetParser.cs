using System.Globalization;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Plans.Settings;

/// <summary>Reads the text of a budget.</summary>
/// <param name="text">The whole text, for messages too.</param>
/// <param name="sweep">The sweep that it is a part of; null for a model's own budget.</param>
internal sealed class BudgetParser(string text, string? sweep = null)
{
    // As many as the budget writes: what is written and read again must be the same budget.
    private const int PercentDecimals = 6;
    private const int DropDecimals = 12;
    private const int LambdaDecimals = 6;
    private const decimal LargestDrop = 1_000_000_000;
    private const decimal LargestLambda = 1000;
    private const string BudgetExample = "write for example Budget=\"bops=5%\", Budget=\"size=40KB\" or Budget=\"bops=5%;drop=0.5\"";
    private const string SweepExample = "write for example Sweep=\"bops=1%|size=40KB\" or Sweep=\"bops=5%;drop=0.5|bops=3%\"";

    /// <summary>Reads all parts.</summary>
    /// <exception cref="AbsException">ABS1004.</exception>
    public Budget Parse()
    {
        var budget = new Budget();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in text.Split(';').Select(part => part.Trim()).Where(part => part.Length > 0))
        {
            if (part.Split('=') is not [var left, var right])
            {
                throw Wrong($"'{part}' cannot be read; {Example}");
            }

            var (name, value) = (left.Trim().ToLowerInvariant(), right.Trim());
            budget = With(budget, name, value);
            if (!names.Add(name))
            {
                throw Wrong($"{name} is limited twice; state each limit once");
            }
        }

        return names.Count switch
        {
            0 => throw Wrong($"it is empty; {Example}"),
            > 1 when names.Contains("lambda") => throw Wrong("lambda takes the place of all limits; state it alone"),
            _ => budget,
        };
    }

    private Budget With(Budget budget, string name, string value) => name switch
    {
        _ when CostKind.Find(name) is { } kind => budget with { Limits = budget.Limits.With(kind, Limit(kind, value)) },
        "drop" => budget with { Drop = (double)Number(value, "drop", 0, LargestDrop, DropDecimals, "points of the metric, such as drop=0.5") },
        "lambda" => budget with { Lambda = (double)Number(value, "lambda", 1e-6m, LargestLambda, LambdaDecimals, "a number such as lambda=0.05") },
        _ => throw Wrong($"'{name}' is not a limit; {Example}"),
    };

    private CostLimit Limit(CostKind kind, string value)
    {
        if (kind.Amounts is not { } amounts || value.EndsWith("%", StringComparison.Ordinal))
        {
            return new(Share: Share(value, kind.Words));
        }

        return amounts.Read(value) is >= 1 and var amount
            ? new(Amount: amount)
            : throw Wrong($"'{value}' is not {amounts.Noun}; write {amounts.Advice}, or a share such as {kind.Key}=25%");
    }

    private double Share(string value, string what)
    {
        if (!value.EndsWith("%", StringComparison.Ordinal) || Decimal(value.Substring(0, value.Length - 1).Trim()) is not { } percent)
        {
            throw Wrong($"'{value}' is not a percentage; {Example}");
        }

        return percent is > 0 and <= 100 && Math.Round(percent, PercentDecimals) == percent
            ? (double)percent / 100
            : throw Wrong(FormattableString.Invariant($"'{value}' is out of range; it is a share of the full-precision {what}, above 0%, at most 100%, with at most {PercentDecimals} decimals"));
    }

    private decimal Number(string value, string name, decimal least, decimal most, int decimals, string wanted)
    {
        if (Decimal(value) is not { } number)
        {
            throw Wrong($"'{value}' is not a number; write {wanted}");
        }

        // No more digits than a double gives back.
        return number >= least && number <= most && Math.Round(number, decimals) == number && (decimal)(double)number == number
            ? number
            : throw Wrong(FormattableString.Invariant($"'{value}' is out of range; {name} is {least} to {most}, with at most {decimals} decimals"));
    }

    private static decimal? Decimal(string value) =>
        decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    private string Example => sweep is null ? BudgetExample : SweepExample;

    private AbsException Wrong(string what) => new(AbsCodes.InvalidBudget, sweep is null ? $"Budget=\"{text}\": {what}." : $"Sweep=\"{sweep}\": in \"{text}\", {what}. Separate the budgets of a sweep by |, the limits of one budget by ;.");
}
