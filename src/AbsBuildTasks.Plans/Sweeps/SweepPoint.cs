using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;

namespace AbsBuildTasks.Plans.Sweeps;

/// <summary>What one budget of a sweep came to.</summary>
internal sealed record SweepPoint
{
    /// <summary>The budget, in its one spelling.</summary>
    public required string Budget { get; init; }

    /// <summary>Whether the point's search was ended before it was done.</summary>
    public bool IsEndedEarly { get; init; }

    /// <summary>Each cost as reports tell it: relative to full precision, 0 to 1, rounded to 6 decimals, or its amount.</summary>
    public required PerCost<double> Costs { get; init; }

    /// <summary>The compressed network's metric, rounded as a plan's.</summary>
    public required double Metric { get; init; }

    /// <summary>Mean bits of weights over the layers, by their multiply-accumulates; rounded to 4 decimals.</summary>
    public required double WeightBits { get; init; }

    /// <summary>Mean bits of activations, likewise.</summary>
    public required double ActivationBits { get; init; }

    /// <summary>The share of all filters that stay, 0 to 1, rounded to 6 decimals.</summary>
    public required double KeptFilters { get; init; }

    /// <summary>The costs that the plan tells: not what nobody has measured.</summary>
    public IReadOnlyList<CostKind> Kinds => [.. CostKind.All.Where(kind => !kind.IsMeasured || Costs[kind] > 0)];

    /// <summary>Sums up a plan.</summary>
    public static SweepPoint Of(CompressionPlan plan) => new()
    {
        Budget = plan.Budget,
        IsEndedEarly = plan.EndedEarly.Count > 0,
        Costs = PerCost<double>.Of(kind => kind.RelativeProperty is null ? plan.Totals.Costs[kind] : plan.Totals.Relative(kind)),
        Metric = plan.Metric.Compressed,
        WeightBits = MeanBits(plan, layer => layer.WeightBits),
        ActivationBits = MeanBits(plan, layer => layer.ActivationBits),
        KeptFilters = PlanNumber.Round((double)plan.Layers.Sum(layer => (long)layer.KeptFilters.Count) / plan.Layers.Sum(layer => (long)layer.Filters), PlanNumber.ShareDecimals),
    };

    /// <summary>Whether another point is as good in every cost and the metric, and better in one.</summary>
    /// <param name="other">The other point.</param>
    /// <param name="lowerIsBetter">Whether the metric is an error.</param>
    public bool IsDominatedBy(SweepPoint other, bool lowerIsBetter = false)
    {
        var gained = lowerIsBetter ? Metric - other.Metric : other.Metric - Metric;
        return CostKind.All.All(kind => other.Costs[kind] <= Costs[kind]) && gained >= 0
            && (CostKind.All.Any(kind => other.Costs[kind] < Costs[kind]) || gained > 0);
    }

    private static double MeanBits(CompressionPlan plan, Func<LayerPlan, int> bits)
    {
        var macs = plan.Layers.Sum(layer => layer.Macs);
        return PlanNumber.Round(macs == 0 ? plan.Layers.Average(bits) : plan.Layers.Sum(layer => (double)layer.Macs * bits(layer)) / macs, PlanNumber.MetricDecimals);
    }
}
