using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Noise;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>Makes tolerances of measured noise: each value may get worse until it leaves the band, or a cost until it leaves the budget. Bits and filters may be any.</summary>
internal static class NoiseTolerances
{
    /// <summary>The tolerances against a snapshot.</summary>
    /// <param name="band">What was measured.</param>
    /// <param name="verified">The snapshot.</param>
    /// <param name="again">What was measured of the plan that is compared with it; null where it is known alone.</param>
    public static SnapshotTolerances Of(NoiseBand band, CompressionPlan verified, NoiseBand? again)
    {
        var (isOwn, margins) = (band.IsOf(verified), new NoiseMargins(band, verified));
        var tolerances = new SnapshotTolerances { Bits = CostModel.FullPrecisionBits, Filters = new(1, true) };
        foreach (var spread in band.Spreads)
        {
            tolerances = spread.Name == NoiseRun.Metric ? tolerances with { Metric = OfMetric(verified.Metric, spread) }
                : CostKind.Find(spread.Name) is { } kind ? tolerances with { Costs = tolerances.Costs.With(kind, OfCost(kind, spread)) }
                : verified.FurtherMetrics.FirstOrDefault(metric => NoiseRun.Further + metric.Name == spread.Name) is { } further && OfMetric(further, spread) is { } one ? tolerances with { Further = tolerances.Further.Append(new(further.Name, one)).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal) }
                : tolerances;
        }

        return tolerances;

        // Where all runs are alike, the test examples still are a sample: their noise counts, as without a tolerance.
        SnapshotTolerance? OfMetric(PlanMetric metric, NoiseSpread spread) => Margin(spread) is > 0 and var margin
            ? Allowed(margin, isOwn ? metric.Gained(spread.Mean, metric.Compressed) : 0)
            : null;

        SnapshotTolerance OfCost(CostKind kind, NoiseSpread spread)
        {
            var (cost, unit) = (verified.Totals.Costs[kind], kind.Amounts is null ? verified.Totals.FullPrecision[kind] : 1);
            return unit == 0 ? default
                : margins.Limit(spread) is { } most ? new((double)(most - cost) / unit, false)
                : Allowed(Margin(spread) / unit, isOwn ? (spread.Mean - cost) / unit : 0);
        }

        double Margin(NoiseSpread spread) => margins.Margin(spread, isOwn ? spread.Values.Count : 1, again?.Spreads.FirstOrDefault(each => each.Name == spread.Name));

        // From the snapshot's value to the end of the band, which the snapshot may itself be beyond.
        static SnapshotTolerance Allowed(double margin, double better) => new(Math.Max(0, margin + better), false);
    }

    /// <summary>A plan with the means of its runs in place of its own values.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="again">Its runs; null where it is known alone.</param>
    public static CompressionPlan Mean(CompressionPlan plan, NoiseBand? again)
    {
        var means = again?.Spreads.ToDictionary(spread => spread.Name, spread => spread.Mean, StringComparer.Ordinal) ?? new Dictionary<string, double>(StringComparer.Ordinal);
        return plan with
        {
            Metric = plan.Metric with { Compressed = Of(NoiseRun.Metric, plan.Metric.Compressed) },
            FurtherMetrics = [.. plan.FurtherMetrics.Select(metric => metric with { Compressed = Of(NoiseRun.Further + metric.Name, metric.Compressed) })],
            Totals = plan.Totals with { Costs = PerCost<long>.Of(kind => (long)Math.Round(Of(kind.Key, plan.Totals.Costs[kind]))) },
        };

        double Of(string name, double value) => means.TryGetValue(name, out var mean) ? mean : value;
    }
}
