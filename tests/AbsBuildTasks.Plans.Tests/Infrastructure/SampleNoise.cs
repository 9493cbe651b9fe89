using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Noise;

namespace AbsBuildTasks.Plans.Tests.Infrastructure;

/// <summary>Noise of the sample plan.</summary>
internal static class SampleNoise
{
    /// <summary>Runs around a plan: each metric is that many points away, and each cost that share of the plan's.</summary>
    public static NoiseBand Around(CompressionPlan plan, params (double Metric, double Cost)[] runs) => new()
    {
        Model = plan.Model,
        Fingerprint = plan.Fingerprint,
        Runs = [.. runs.Select((run, seed) => NoiseRun.Of(seed + 1, plan) is var own ? own with
        {
            Values = [.. own.Values.Select(value => new KeyValuePair<string, double>(value.Key, NoiseRun.IsMetric(value.Key) ? value.Value + run.Metric : Math.Round(value.Value * run.Cost)))],
        } : own)],
    };

    /// <summary>Five runs: metric and costs differ a little.</summary>
    public static NoiseBand Digits { get; } = Around(SamplePlan.Digits, (0, 1), (0.25, 1.02), (-0.25, 0.98), (0.5, 1.01), (-0.5, 0.99));
}
