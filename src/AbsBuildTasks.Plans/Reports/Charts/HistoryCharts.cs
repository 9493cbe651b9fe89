using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>Loss, metric and cost over the epochs of a search.</summary>
internal static class HistoryCharts
{
    /// <summary>The charts for which a run's record has values.</summary>
    public static IReadOnlyList<Chart> Draw(CompressionPlan plan, RunHistory history) => Draw(
        plan.Metric.Name,
        Invariant($"; {Quantity.Metric(plan.Metric.FullPrecision)} in full precision, {Quantity.Metric(plan.Metric.Compressed)}{Noise(plan.Metric)} at the end{(MetricWords.IsUnconverged(plan.Metric.Baseline) ? "; " + MetricWords.Unconverged : "")}"),
        history.Epochs);

    /// <summary>The charts for which epochs have values.</summary>
    /// <param name="metricName">What the metric is called.</param>
    /// <param name="comparison">What is said of the metric behind its epochs; may be empty.</param>
    /// <param name="epochs">The epochs.</param>
    public static IReadOnlyList<Chart> Draw(string metricName, string comparison, IReadOnlyList<RunEpoch> epochs)
    {
        RunEpoch[] trained = [.. epochs.Where(epoch => epoch.Loss is not null)];
        RunEpoch[] searched = [.. trained.Where(epoch => epoch.Target is not null && epoch.RelativeBops is not null)];

        // Where the last decisions were weighed: what they cost is what the plan does.
        RunEpoch[] frozen = [.. epochs.Where(epoch => epoch is { Phase: RunEpoch.Freeze, RelativeBops: not null })];
        var metric = Label.Tip(metricName);
        return
        [
            .. Losses(trained),
            .. Metric(Printable.Shorten(metricName, 40), $"{metric} on the test data after each epoch{comparison}.", metric, trained),
            .. Cost(searched, frozen),
        ];
    }

    private static string Noise(PlanMetric metric) => metric.Noise is { } noise ? " " + MetricWords.Noise(noise, metric.Examples) : "";

    private static IEnumerable<Chart> Losses(RunEpoch[] epochs)
    {
        if (epochs.Length > 0)
        {
            var test = Points(epochs, epoch => epoch.TestLoss);
            yield return LineChart.Draw(
                "Loss",
                test.Count > 0 ? "Mean loss of each epoch in training, and on the test data after it." : "Mean training loss of each epoch.",
                [new(test.Count > 0 ? "training" : "loss", "line", Points(epochs, epoch => epoch.Loss)), .. test.Count > 0 ? [new ChartLine("test data", "test", test)] : Array.Empty<ChartLine>()],
                Bands(epochs),
                mayBeLogarithmic: true);
        }
    }

    private static IEnumerable<Chart> Metric(string title, string description, string name, RunEpoch[] epochs)
    {
        var points = Points(epochs, epoch => epoch.Metric);
        if (points.Count > 0)
        {
            yield return LineChart.Draw(title, description, [new(name, "line", points)], Bands(epochs));
        }
    }

    private static IEnumerable<Chart> Cost(RunEpoch[] epochs, RunEpoch[] frozen)
    {
        if (epochs.Length > 0)
        {
            RunEpoch[] all = [.. epochs, .. frozen];
            yield return LineChart.Draw(
                "BOPs during the search",
                Invariant($"Bit-operations against full precision: from {epochs[0].RelativeBops * 100:0.##}% in the first epoch of the search to {epochs[epochs.Length - 1].RelativeBops * 100:0.##}% in the last, where the target was {epochs[epochs.Length - 1].Target * 100:0.##}%{(frozen.Length > 0 ? Invariant($"; {frozen[frozen.Length - 1].RelativeBops * 100:0.##}% once the decisions were frozen") : "")}."),
                [
                    new("BOPs", "line", Points(all, epoch => epoch.RelativeBops * 100)),
                    new("target", "aim", Points(all, epoch => epoch.Target * 100)),
                ],
                Bands(all),
                unit: "%");
        }
    }

    private static IReadOnlyList<(int Epoch, double Value)> Points(RunEpoch[] epochs, Func<RunEpoch, double?> value) =>
        [.. epochs.Select((epoch, index) => (index, value(epoch))).Where(point => point.Item2 is not null).Select(point => (point.index, point.Item2!.Value))];

    private static List<ChartBand> Bands(RunEpoch[] epochs)
    {
        var bands = new List<ChartBand>();
        for (var i = 0; i < epochs.Length; i++)
        {
            if (bands.Count > 0 && bands[bands.Count - 1].Name == epochs[i].Phase)
            {
                bands[bands.Count - 1] = bands[bands.Count - 1] with { Count = bands[bands.Count - 1].Count + 1 };
            }
            else
            {
                bands.Add(new(epochs[i].Phase, i, 1));
            }
        }

        return bands;
    }
}
