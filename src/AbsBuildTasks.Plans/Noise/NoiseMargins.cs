using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;

namespace AbsBuildTasks.Plans.Noise;

/// <summary>How much worse than its seeds each value of a plan may be by chance. A cost that the budget limits may be as much as that.</summary>
/// <remarks>
/// A search lands such a cost just below the limit by itself, so its spread tells little, and a plan within its budget has lost
/// nothing there. Then the few false alarms are all left to the other values.
/// </remarks>
/// <param name="band">What was measured.</param>
/// <param name="plan">A plan of that model, which has the budget.</param>
internal sealed class NoiseMargins(NoiseBand band, CompressionPlan plan)
{
    private readonly Dictionary<string, long> _limits = LimitsOf(band, plan);

    /// <summary>The most of a cost that the budget allows; null for a metric, where nothing is limited, and where plans are beyond the limit.</summary>
    /// <remarks>They are where what the search leaves alone comes on top of a share.</remarks>
    /// <param name="spread">What was measured.</param>
    public long? Limit(NoiseSpread spread) => _limits.TryGetValue(spread.Name, out var limit) ? limit : null;

    /// <summary>How far two plans, or means of several, may lie apart by chance.</summary>
    /// <remarks>
    /// Student's t for the difference of two means with one deviation, of a normal distribution; for single plans the prediction
    /// interval. The few false alarms are shared out equally among all values that no budget limits.
    /// </remarks>
    /// <param name="spread">What was measured.</param>
    /// <param name="before">How many runs the earlier value is the mean of.</param>
    /// <param name="again">The same value over the later plan's runs; null where the later value is a single plan's.</param>
    public double Margin(NoiseSpread spread, int before, NoiseSpread? again = null)
    {
        var degrees = spread.Degrees + (again?.Degrees ?? 0);
        var deviation = Math.Sqrt((spread.SquareSum + (again?.SquareSum ?? 0)) / degrees);
        var judged = band.Runs[0].Values.Count - _limits.Count;
        return StudentT.Quantile(1 - (NoiseBand.FalseAlarms / judged), degrees) * deviation * Math.Sqrt((1.0 / before) + (1.0 / (again?.Values.Count ?? 1)));
    }

    private static Dictionary<string, long> LimitsOf(NoiseBand band, CompressionPlan plan)
    {
        var limits = new Dictionary<string, long>(StringComparer.Ordinal);
        var budget = Budget.Parse(plan.Budget).Limits;
        foreach (var spread in band.Spreads)
        {
            if (CostKind.Find(spread.Name) is { } kind && budget[kind].MostOf(plan.Totals.FullPrecision[kind]) is { } most && plan.Totals.Costs[kind] <= most && spread.Values.All(value => value <= most))
            {
                limits.Add(spread.Name, most);
            }
        }

        return limits;
    }
}
