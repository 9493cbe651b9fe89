using System.Globalization;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Noise;
using AbsBuildTasks.Plans.Snapshots;

namespace AbsBuildTasks.Benchmarks;

/// <summary>
/// Counts false alarms of the snapshots' policies, and losses that they find, on plans of the same inputs by different seeds:
/// some are taken for the snapshot and its noise, the others for rebuilds. Nothing is searched here.
/// </summary>
internal static class SnapshotAlarms
{
    private const int Splits = 2000;

    /// <summary>Counts them, and prints a table.</summary>
    /// <param name="folder">A folder with the plans: <c>*.plan.json</c>.</param>
    /// <param name="loss">Points of the metric that are taken off a rebuild, for what is to be found.</param>
    public static void Print(string folder, double loss)
    {
        CompressionPlan[] plans = [.. Directory.GetFiles(folder, "*.plan.json").Order(StringComparer.Ordinal).Select(file => PlanFile.Read(file).Plan)];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{plans.Length} plans; {plans[0].Metric.Name} {plans.Min(plan => plan.Metric.Compressed):0.00} to {plans.Max(plan => plan.Metric.Compressed):0.00}, deviation {Deviation(plans):0.00}"));
        Console.WriteLine($"{"policy",-44}{"false alarms",14}{"found",8}");
        Row("exact", plans, loss, 1, 1, (_, _) => (SnapshotPolicy.Exact, SnapshotTolerances.None));
        Row("no-regression", plans, loss, 1, 1, (_, _) => (SnapshotPolicy.NoRegression, SnapshotTolerances.None));
        var guessed = SnapshotTolerances.Parse("metric=1;bops=25%;size=25%;bits=6;filters=50%");
        Row("no-regression, a tolerance by hand", plans, loss, 1, 1, (_, _) => (SnapshotPolicy.NoRegression, guessed));
        foreach (var seeds in new[] { 5, 10 }.Where(seeds => seeds < plans.Length))
        {
            Row($"noise of {seeds} seeds", plans, loss, seeds, 1, (known, _) => (SnapshotPolicy.Noise, SnapshotTolerances.None with { Noise = Band(known) }));
            Row($"noise of {seeds} seeds, a rebuild of {seeds}", plans, loss, seeds, seeds, (known, again) => (SnapshotPolicy.Noise, SnapshotTolerances.None with { Noise = Band(known), NoiseAgain = Band(again) }));
        }
    }

    private static void Row(string name, CompressionPlan[] plans, double loss, int known, int rebuilt, Func<CompressionPlan[], CompressionPlan[], (SnapshotPolicy Policy, SnapshotTolerances Tolerances)> judge)
    {
        var (alarms, found) = (0, 0);
        var random = new Random(1);
        for (var split = 0; split < Splits; split++)
        {
            var shuffled = plans.ToArray();
            random.Shuffle(shuffled);
            var before = shuffled[..known];
            alarms += Fails(shuffled[known..(known + rebuilt)]) ? 1 : 0;
            found += Fails([.. shuffled[known..(known + rebuilt)].Select(plan => Worse(plan, loss))]) ? 1 : 0;

            bool Fails(CompressionPlan[] after)
            {
                var (policy, tolerances) = judge(before, after);

                // All are of the same inputs, but for the seed.
                return SnapshotComparer.Compare(before[0], after[0] with { Fingerprint = before[0].Fingerprint }, policy, tolerances with { NoiseAgain = tolerances.NoiseAgain is { } again ? again with { Fingerprint = before[0].Fingerprint } : null }).Count > 0;
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-44}{100.0 * alarms / Splits,13:0.0}%{100.0 * found / Splits,7:0.0}%"));
    }

    private static NoiseBand Band(CompressionPlan[] plans) => new() { Model = plans[0].Model, Fingerprint = plans[0].Fingerprint, Runs = [.. plans.Select((plan, index) => NoiseRun.Of(index, plan))] };

    private static CompressionPlan Worse(CompressionPlan plan, double loss) => plan with { Metric = plan.Metric with { Compressed = plan.Metric.Compressed + (plan.Metric.LowerIsBetter ? loss : -loss) } };

    private static double Deviation(CompressionPlan[] plans) => Math.Sqrt(Band(plans).Spreads[0].SquareSum / (plans.Length - 1));
}
