using System.Globalization;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>Decides whether a plan passes against its snapshot.</summary>
public static class SnapshotComparer
{
    private const int MostOfRest = 120;

    /// <summary>
    /// Finds everything the snapshot does not allow: decisions first, then the totals and the metric that follow from
    /// them. None where the plan passes.
    /// </summary>
    /// <remarks>The fingerprint is no decision and never compared.</remarks>
    /// <param name="verified">The accepted plan.</param>
    /// <param name="received">The plan to check.</param>
    /// <param name="policy">What may differ.</param>
    /// <param name="tolerances">How far, where the policy is not <see cref="SnapshotPolicy.Exact"/>.</param>
    public static IReadOnlyList<SnapshotViolation> Compare(CompressionPlan verified, CompressionPlan received, SnapshotPolicy policy, SnapshotTolerances tolerances)
    {
        if (policy == SnapshotPolicy.Noise && tolerances.Noise is { } band)
        {
            var again = tolerances.NoiseAgain?.IsOf(received) == true ? tolerances.NoiseAgain : null;
            (tolerances, received) = (NoiseTolerances.Of(band, verified, again), NoiseTolerances.Mean(received, again));
        }

        var comparison = new SnapshotComparison(policy == SnapshotPolicy.Exact ? null : tolerances);
        comparison.Equal(null, "model", verified.Model, received.Model);
        comparison.Equal(null, "budget", verified.Budget, received.Budget);
        comparison.Equal(null, "target", verified.TargetName, received.TargetName);
        comparison.EqualIfExact(null, "roundedValues", verified.RoundedValues, received.RoundedValues);
        comparison.EqualIfExact(null, EndedPhase.Property, EndedPhase.Words(verified.EndedEarly), EndedPhase.Words(received.EndedEarly));
        Layers(comparison, verified, received);
        Rest(comparison, verified.Rest, received.Rest);
        Totals(comparison, verified.Totals, received.Totals);
        Metric(comparison, verified.Metric, received.Metric);
        FurtherMetrics(comparison, verified, received);
        return comparison.Violations;
    }

    /// <summary>
    /// Finds where a plan is worse than a release's: in its metrics and whole costs. What the network is made of may be another by now,
    /// and is not compared; nor is a metric of another name or sense.
    /// </summary>
    /// <param name="release">The release's plan.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="tolerances">How much worse it may be.</param>
    internal static IReadOnlyList<SnapshotViolation> Drift(CompressionPlan release, CompressionPlan plan, SnapshotTolerances tolerances)
    {
        var comparison = new SnapshotComparison(tolerances);

        // Plans of old versions do not count what is left alone: other totals, which tell nothing.
        if (release.Rest.Count > 0 || plan.Rest.Count == 0)
        {
            Totals(comparison, release.Totals, plan.Totals);
        }

        if (release.Metric.Name == plan.Metric.Name && release.Metric.LowerIsBetter == plan.Metric.LowerIsBetter)
        {
            comparison.NotWorse("metric.compressed", release.Metric, plan.Metric, given => given.Metric);
        }

        foreach (var (before, after) in PlanDiff.Shared(release, plan).Where(pair => pair.Before.LowerIsBetter == pair.After.LowerIsBetter))
        {
            comparison.NotWorse($"furtherMetrics.{before.Name}.compressed", before, after, given => Tolerated(given, before));
        }

        return comparison.Violations;
    }

    private static SnapshotTolerance? Tolerated(SnapshotTolerances tolerances, PlanMetric metric) => tolerances.Further.TryGetValue(metric.Name, out var tolerance) ? tolerance : null;

    private static void Totals(SnapshotComparison comparison, PlanTotals before, PlanTotals after)
    {
        comparison.EqualIfExact(null, "totals.macs", before.Macs, after.Macs);
        foreach (var kind in before.Kinds.Intersect(after.Kinds))
        {
            // Without amounts of its own, a tolerance is in points of full precision.
            var unit = kind.Amounts is null ? before.FullPrecision[kind] : 1;
            comparison.NotAbove(null, "totals." + kind.Property, before.Costs[kind], after.Costs[kind], tolerances => tolerances.Costs[kind].Of(before.Costs[kind], unit));
            comparison.EqualIfExact(null, "totals." + kind.FullPrecisionProperty, before.FullPrecision[kind], after.FullPrecision[kind]);
        }
    }

    private static void Rest(SnapshotComparison comparison, IReadOnlyList<RestPlan> verified, IReadOnlyList<RestPlan> received)
    {
        var before = verified.ToDictionary(part => part.Name, StringComparer.Ordinal);
        var after = received.ToDictionary(part => part.Name, StringComparer.Ordinal);
        RestPlan[] added = [.. received.Where(part => !before.ContainsKey(part.Name))];
        if (verified.Count == 0 && added.Length > 0)
        {
            comparison.Add(null, "rest", "", RestPlan.Words(added), $"the totals count what the search leaves alone, {Printable.Shorten(RestPlan.Words(added), MostOfRest)}, which those of the snapshot do not: it is new, or an older version made the snapshot");
            return;
        }

        foreach (var part in verified)
        {
            if (!after.TryGetValue(part.Name, out var now))
            {
                comparison.Add(part.Name, "name", part.Name, "", $"{Printable.Escape(part.Name)}, which the search leaves alone, is gone");
                continue;
            }

            comparison.EqualIfExact(part.Name, "kind", part.Kind, now.Kind);
            comparison.EqualIfExact(part.Name, "parameters", part.Parameters, now.Parameters);
            comparison.EqualIfExact(part.Name, "macs", part.Macs, now.Macs);
            comparison.EqualIfExact(part.Name, "bits", part.Bits, now.Bits);
        }

        foreach (var part in added)
        {
            comparison.Add(part.Name, "name", "", part.Name, $"{Printable.Escape(part.Name)}, which the search leaves alone, is new");
        }

        if (added.Length == 0 && verified.Count == received.Count)
        {
            comparison.EqualIfExact(null, "rest", Names(verified), Names(received));
        }
    }

    private static string Names(IReadOnlyList<RestPlan> parts) => string.Join(", ", parts.Select(part => part.Name));

    private static void FurtherMetrics(SnapshotComparison comparison, CompressionPlan verified, CompressionPlan received)
    {
        comparison.Equal(null, "furtherMetrics", Names(verified), Names(received));
        foreach (var (before, after) in PlanDiff.Shared(verified, received))
        {
            Metric(comparison, $"furtherMetrics.{before.Name}.", before, after, tolerances => Tolerated(tolerances, before));
        }

        foreach (var name in comparison.Tolerated.Except(received.FurtherMetrics.Select(metric => metric.Name)))
        {
            comparison.Add(null, "furtherMetrics", name, "", $"the tolerance speaks of metric:{Printable.Escape(name)}, which the model does not measure (its further metrics: {Names(received)}); correct the tolerance, as accepting the plan does not help");
        }

        static string Names(CompressionPlan plan) => plan.FurtherMetrics.Count == 0 ? "none" : string.Join(", ", plan.FurtherMetrics.Select(metric => metric.Name));
    }

    private static void Metric(SnapshotComparison comparison, string path, PlanMetric before, PlanMetric after, Func<SnapshotTolerances, SnapshotTolerance?> tolerance)
    {
        comparison.Equal(null, path + "lowerIsBetter", before.LowerIsBetter ? "true" : "false", after.LowerIsBetter ? "true" : "false");
        comparison.EqualIfExact(null, path + "fullPrecision", PlanNumber.Metric(before.FullPrecision), PlanNumber.Metric(after.FullPrecision));
        comparison.NotWorse(path + "compressed", before, after, tolerance);
    }

    private static void Metric(SnapshotComparison comparison, PlanMetric before, PlanMetric after)
    {
        comparison.Equal(null, "metric.name", before.Name, after.Name);
        Metric(comparison, "metric.", before, after, tolerances => tolerances.Metric);
        comparison.EqualIfKnown("metric.baseline", MetricTrust.Word(before.Baseline), MetricTrust.Word(after.Baseline));
        comparison.EqualIfKnown("metric.examples", before.Examples?.ToString(CultureInfo.InvariantCulture), after.Examples?.ToString(CultureInfo.InvariantCulture));
    }

    private static void Layers(SnapshotComparison comparison, CompressionPlan verifiedPlan, CompressionPlan receivedPlan)
    {
        var (before, after) = (verifiedPlan.Layers, receivedPlan.Layers);
        CostKind[] kinds = [.. verifiedPlan.Totals.Kinds.Intersect(receivedPlan.Totals.Kinds)];
        var received = after.ToDictionary(layer => layer.Name, StringComparer.Ordinal);
        var verified = new HashSet<string>(before.Select(layer => layer.Name), StringComparer.Ordinal);
        LayerPlan[] added = [.. after.Where(layer => !verified.Contains(layer.Name))];
        var renamed = Renamed([.. before.Where(layer => !received.ContainsKey(layer.Name))], added);
        foreach (var layer in before)
        {
            if (received.TryGetValue(layer.Name, out var now))
            {
                Layer(comparison, layer, now, kinds);
            }
            else if (renamed.TryGetValue(layer.Name, out var name))
            {
                comparison.Add(layer.Name, "name", layer.Name, name, $"layer {Printable.Escape(layer.Name)} is now named {Printable.Escape(name)}");
            }
            else
            {
                comparison.Add(layer.Name, "name", layer.Name, "", $"layer {Printable.Escape(layer.Name)} is gone");
            }
        }

        foreach (var layer in renamed.Count > 0 ? [] : added)
        {
            comparison.Add(layer.Name, "name", "", layer.Name, $"layer {Printable.Escape(layer.Name)} is new");
        }

        if (comparison.IsExact && added.Length == 0 && before.Count == after.Count)
        {
            Order(comparison, [.. before.Select(layer => layer.Name)], [.. after.Select(layer => layer.Name)]);
        }
    }

    // Only where nothing else became of them: with another decision or cost, one went and another came.
    private static Dictionary<string, string> Renamed(LayerPlan[] gone, LayerPlan[] added) =>
        gone.Select(layer => layer with { Name = "" }).SequenceEqual(added.Select(layer => layer with { Name = "" }))
            ? gone.Zip(added, (old, now) => (old, now)).ToDictionary(pair => pair.old.Name, pair => pair.now.Name, StringComparer.Ordinal)
            : [];

    private static void Order(SnapshotComparison comparison, string[] before, string[] after)
    {
        var moved = before.Zip(after, (old, now) => old == now).TakeWhile(same => same).Count();
        if (moved < before.Length)
        {
            comparison.Add(
                before[moved],
                "name",
                before[moved],
                after[moved],
                $"layers are in another order: {Printable.Escape(after[moved])} stands where {Printable.Escape(before[moved])} was");
        }
    }

    private static void Layer(SnapshotComparison comparison, LayerPlan before, LayerPlan after, CostKind[] kinds)
    {
        var name = before.Name;
        comparison.Equal(name, "kind", before.Kind, after.Kind);
        comparison.Equal(name, "weightGrid", before.WeightGrid, after.WeightGrid);
        comparison.Equal(name, "weightScales", before.WeightScales, after.WeightScales);
        comparison.NotAbove(name, "weightBits", before.WeightBits, after.WeightBits, tolerances => tolerances.Bits);
        comparison.Equal(name, "activationGrid", before.ActivationGrid, after.ActivationGrid);
        comparison.NotAbove(name, "activationBits", before.ActivationBits, after.ActivationBits, tolerances => tolerances.Bits);
        comparison.Equal(name, "filters", Invariant($"{before.Filters}"), Invariant($"{after.Filters}"));
        if (comparison.IsExact)
        {
            comparison.Equal(name, "keptFilters", before.KeptFilters.ToString(), after.KeptFilters.ToString());
        }
        else
        {
            comparison.NotAbove(name, "keptFilters", before.KeptFilters.Count, after.KeptFilters.Count, tolerances => tolerances.Filters.Of(before.Filters));
        }

        comparison.EqualIfExact(name, "macs", before.Macs, after.Macs);
        foreach (var kind in kinds)
        {
            comparison.EqualIfExact(name, kind.Property, before.Costs[kind], after.Costs[kind]);
        }
    }
}
