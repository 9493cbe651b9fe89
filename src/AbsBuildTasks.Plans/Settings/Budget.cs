using System.Globalization;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Plans.Settings;

/// <summary>
/// What a plan may cost and lose at most, all of it together; or λ, the price of cost set by hand, which limits nothing.
/// </summary>
/// <param name="RelativeBops">
/// The largest share of the full-precision network's bit-operations, greater than 0 and at most 1; null for any.
/// </param>
internal sealed record Budget(double? RelativeBops = null)
{
    /// <summary>The limit of each cost.</summary>
    internal PerCost<CostLimit> Limits { get; init; } = default(PerCost<CostLimit>).With(CostKind.Bops, new(RelativeBops));

    /// <summary>The costs that a search lowers: those with a limit, and the leading one for a drop, for a constant λ, and where nothing else is limited.</summary>
    internal IReadOnlyList<CostKind> Steered =>
        [.. CostKind.All.Where(kind => Limits[kind].IsSet || (kind == CostKind.Leading && (Drop is not null || Lambda is not null || !CostKind.All.Any(other => Limits[other].IsSet))))];

    /// <summary>The largest share of the full-precision network's bit-operations, greater than 0 and at most 1; null for any.</summary>
    public double? RelativeBops
    {
        get => Limits[CostKind.Bops].Share;
        init => Limits = Limits.With(CostKind.Bops, Limits[CostKind.Bops] with { Share = value });
    }

    /// <summary>The most bytes of compressed parameters, at least 1; null for any. Not together with <see cref="RelativeSize"/>.</summary>
    public long? SizeBytes
    {
        get => Limits[CostKind.Size].Amount;
        init => Limits = Limits.With(CostKind.Size, Limits[CostKind.Size] with { Amount = value });
    }

    /// <summary>The largest share of the full-precision parameters' bytes, greater than 0 and at most 1; null for any.</summary>
    public double? RelativeSize
    {
        get => Limits[CostKind.Size].Share;
        init => Limits = Limits.With(CostKind.Size, Limits[CostKind.Size] with { Share = value });
    }

    /// <summary>
    /// How many of the metric's points the plan may lose against full precision, at least 0; null for any. With it, a
    /// plan is to be as small in bit-operations as it allows.
    /// </summary>
    public double? Drop { get; init; }

    /// <summary>The constant λ of the loss term λ·log R, greater than 0, in place of all limits; null where there are limits.</summary>
    public double? Lambda { get; init; }

    /// <summary>Reads limits such as <c>bops=5%</c>, <c>size=40KB</c>, <c>size=25%</c> and <c>drop=0.5</c>, joined by semicolons; or <c>lambda=0.05</c>.</summary>
    /// <exception cref="AbsException">ABS1004: not of this form, or out of range.</exception>
    public static Budget Parse(string text) => new BudgetParser(text).Parse();

    /// <summary>Whether the loss of quality is within the budget.</summary>
    /// <param name="fullPrecision">The full-precision network's metric, as a plan has it.</param>
    /// <param name="compressed">The compressed network's.</param>
    /// <param name="noise">How much more it may be, for a plan that is not looked for but only confirmed.</param>
    /// <param name="lowerIsBetter">Whether the metric measures an error, of which a rise is a loss.</param>
    public bool AllowsDrop(double fullPrecision, double compressed, double noise = 0, bool lowerIsBetter = false) =>
        Drop is not { } most || (lowerIsBetter ? compressed - fullPrecision : fullPrecision - compressed) <= most + noise + (CostLimit.Rounding * Math.Max(Math.Abs(fullPrecision), Math.Abs(compressed)));

    /// <summary>The budget as it is written in a project file: the one spelling of equal budgets.</summary>
    public override string ToString() => string.Join(";", CostKind.All.SelectMany(Written).Concat(
    [
        Drop is { } drop ? string.Format(CultureInfo.InvariantCulture, "drop={0:0.############}", drop) : null,
        Lambda is { } lambda ? string.Format(CultureInfo.InvariantCulture, "lambda={0:0.######}", lambda) : null,
    ]).OfType<string>());

    private IEnumerable<string?> Written(CostKind kind) =>
    [
        Limits[kind].Amount is { } amount ? $"{kind.Key}={kind.Amounts!.Write(amount)}" : null,
        Limits[kind].Share is { } share ? $"{kind.Key}={Percent(share)}" : null,
    ];

    private static string Percent(double share) => string.Format(CultureInfo.InvariantCulture, "{0:0.######}%", share * 100);
}
