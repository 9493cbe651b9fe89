using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;

namespace AbsBuildTasks.Plans.Sweeps;

/// <summary>What several budgets of one model came to.</summary>
internal sealed record SweepResult
{
    /// <summary>The version of the document's form that this code writes.</summary>
    public const int CurrentSchemaVersion = 1;

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The fingerprint of the search, that of the model's plan.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>What the metric is called.</summary>
    public required string MetricName { get; init; }

    /// <summary>The full-precision network's metric.</summary>
    public required double FullPrecision { get; init; }

    /// <summary>Whether the metric is an error: the lower, the better.</summary>
    public bool LowerIsBetter { get; init; }

    /// <summary>What the full-precision network had learned; null where that is not known.</summary>
    public BaselineKind? Baseline { get; init; }

    /// <summary>How many test examples it was measured on; null where that is not known.</summary>
    public int? Examples { get; init; }

    /// <summary>The noise of the first point's metric, as plans have it; null where that is not known.</summary>
    public double? Noise { get; init; }

    /// <summary>A point for each budget that was met: the model's own first, then the sweep's in their order.</summary>
    public required IReadOnlyList<SweepPoint> Points { get; init; }

    /// <summary>The sweep's budgets that no plan meets, in their order.</summary>
    public IReadOnlyList<SweepMiss> Missed { get; init; } = [];

    /// <summary>Sums up plans.</summary>
    /// <param name="plan">The plan of the model's own budget.</param>
    /// <param name="sweep">The plans of the further budgets.</param>
    public static SweepResult Of(CompressionPlan plan, IEnumerable<CompressionPlan> sweep) => new()
    {
        Model = plan.Model,
        Fingerprint = plan.Fingerprint,
        MetricName = plan.Metric.Name,
        FullPrecision = plan.Metric.FullPrecision,
        LowerIsBetter = plan.Metric.LowerIsBetter,
        Baseline = plan.Metric.Baseline,
        Examples = plan.Metric.Examples,
        Noise = plan.Metric.Noise,
        Points = [.. sweep.Prepend(plan).Select(SweepPoint.Of)],
    };

    /// <summary>The costs that every point tells.</summary>
    public IReadOnlyList<CostKind> Kinds => [.. CostKind.All.Where(kind => Points.All(point => point.Kinds.Contains(kind)))];

    /// <summary>The points, the cheapest first.</summary>
    public IReadOnlyList<SweepPoint> ByCost() =>
    [
        .. CostKind.All
            .Aggregate(Points.OrderBy(point => point.Costs[CostKind.Leading]), (ordered, kind) => ordered.ThenBy(point => point.Costs[kind]))
            .ThenBy(point => point.Budget, StringComparer.Ordinal),
    ];

    /// <summary>Whether another point of the sweep is better throughout.</summary>
    public bool IsDominated(SweepPoint point) => Points.Any(other => point.IsDominatedBy(other, LowerIsBetter));
}
