using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports.Html;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Documents;

/// <summary>Metrics beside the one that a search goes by, wherever a plan is read, compared and shown.</summary>
public class FurtherMetricsTests
{
    private static readonly CompressionPlan Plan = Of(90, 5);

    [Fact]
    public void They_stand_behind_the_metric_in_version_2()
    {
        var text = PlanJson.Write(Plan);

        Assert.StartsWith("{\n  \"schemaVersion\": 2,", text, StringComparison.Ordinal);
        Assert.Contains("""
              "furtherMetrics": [
                {
                  "name": "F1",
                  "fullPrecision": 91.0,
                  "compressed": 90.0,
                  "noise": 0.5
                },
                {
                  "name": "error",
                  "fullPrecision": 4.0,
                  "compressed": 5.0,
                  "lowerIsBetter": true
                }
              ],
              "layers": [
            """.ReplaceLineEndings("\n"), text, StringComparison.Ordinal);
        Assert.Equal(Plan, PlanJson.Read(text, "plan"));
        Assert.NotEqual(Plan, Of(90, 6));
    }

    [Theory]
    [InlineData("\"name\": \"error\"", "\"name\": \"F1\"", "furtherMetrics[1].name is the name of another metric")]
    [InlineData("\"name\": \"error\"", "\"name\": \"top-1\"", "furtherMetrics[1].name is the name of another metric")]
    [InlineData("\"name\": \"error\"", "\"name\": \"\"", "furtherMetrics[1].name is empty")]
    [InlineData("\"compressed\": 5.0", "\"compressed\": 2000000000.0", "furtherMetrics[1].compressed is not a number between")]
    public void What_cannot_be_is_refused_with_its_line(string right, string wrong, string message)
    {
        var text = PlanJson.Write(Plan);
        Assert.Contains(right, text, StringComparison.Ordinal);

        var error = Assert.Throws<AbsException>(() => PlanJson.Read(text.Replace(right, wrong, StringComparison.Ordinal), "plan.json"));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains(right.Split(':')[0], text.Split('\n')[error.Place!.Line - 1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_diff_judges_each_by_its_noise_and_direction()
    {
        var changes = PlanDiff.Between(Plan, Of(89.6, 4)).Changes;

        Assert.Equal(
            [("furtherMetrics.F1.compressed", ChangeEffect.Neutral), ("furtherMetrics.error.compressed", ChangeEffect.Better)],
            changes.Select(change => (change.Property, change.Effect)));
        Assert.Equal(ChangeEffect.Worse, PlanDiff.Between(Plan, Of(89.4, 5)).Changes.Single().Effect);
        Assert.Equal(("furtherMetrics", "none", "F1, error"), PlanDiff.Between(SamplePlan.Digits, Plan).Changes.Select(change => (change.Property, change.Before, change.After)).Single());
    }

    [Theory]
    [InlineData(89.5, 5, "", null)]
    [InlineData(89.4, 5, "", "furtherMetrics.F1.compressed 90.0 -> 89.4; at least 89.5 is tolerated, the noise being ±0.50 (95%)")]
    [InlineData(89.4, 5, "metric:F1=1", null)]
    [InlineData(88.9, 5, "metric:F1=1", "furtherMetrics.F1.compressed 90.0 -> 88.9; at least 89 is tolerated")]
    [InlineData(90, 5.5, "", "furtherMetrics.error.compressed 5.0 -> 5.5")]
    [InlineData(90, 5.5, "metric:error=10%", null)]
    [InlineData(90, 5.6, "metric:error=10%", "furtherMetrics.error.compressed 5.0 -> 5.6; at most 5.5 is tolerated")]
    [InlineData(90, 5, "metric:F2=1", "the tolerance speaks of metric:F2, which the model does not measure (its further metrics: F1, error); correct the tolerance, as accepting the plan does not help")]
    public void A_snapshot_holds_each_by_a_tolerance_of_its_own(double f1, double error, string tolerances, string? message) =>
        Assert.Equal(message, SnapshotComparer.Compare(Plan, Of(f1, error), SnapshotPolicy.NoRegression, SnapshotTolerances.Parse(tolerances)).SingleOrDefault()?.Message);

    [Fact]
    public void None_may_come_or_go_and_an_exact_snapshot_allows_no_change()
    {
        Assert.Equal("furtherMetrics F1, error -> none", Assert.Single(SnapshotComparer.Compare(Plan, SamplePlan.Digits, SnapshotPolicy.NoRegression, SnapshotTolerances.None)).Message);
        Assert.Equal("furtherMetrics.F1.compressed", Assert.Single(SnapshotComparer.Compare(Plan, Of(90.1, 5), SnapshotPolicy.Exact, SnapshotTolerances.None)).Property);
    }

    [Fact]
    public void They_are_no_decisions()
    {
        Assert.Equal(PlanLock.IdOf(Plan), PlanLock.IdOf(Of(80, 1)));
        Assert.Equal(Acceptance.IdOf(Plan), Acceptance.IdOf(Of(80, 1)));
    }

    [Fact]
    public void Reports_show_them()
    {
        var text = ReportText.Write(PlanReport.Of(Plan));
        Assert.Matches("F1 +91.0 -> 90.0 +-1.0 points ±0.50", text.Replace("→", "->", StringComparison.Ordinal));
        Assert.Contains("error (lower is better)", text, StringComparison.Ordinal);
        Assert.Matches(@"F1 +91\.00 -> 90\.00 +-1\.00 points", PlanTable.Write(Plan));
        Assert.Contains("91.00 in full precision", HtmlReport.Render(new ReportContent { Plan = Plan }), StringComparison.Ordinal);
        Assert.Matches("error \\(lower is better\\) +5.0 (->|→) 6.0 .*worse", ReportText.Write(DiffReport.Of(new ModelDiff(Plan, Of(90, 6)))));
        var log = new PlanLog("digits", [Version("b", Of(90, 6)), Version("a", Plan)], IsCut: false);
        Assert.Contains("F1", ReportText.Write(PlanLog.Report([log])), StringComparison.Ordinal);
        Assert.Contains("error (lower is better)", ReportText.Write(PlanLog.Report([log])), StringComparison.Ordinal);
        Assert.Contains("\"furtherMetrics\"", PlanLogJson.Write([log]), StringComparison.Ordinal);
    }

    private static PlanVersion Version(string hash, CompressionPlan plan) => new(new string(hash[0], 40), "2026-01-31", "change", plan, null);

    private static CompressionPlan Of(double f1, double error) => SamplePlan.Digits with
    {
        FurtherMetrics =
        [
            new() { Name = "F1", FullPrecision = 91, Compressed = f1, Noise = 0.5 },
            new() { Name = "error", FullPrecision = 4, Compressed = error, LowerIsBetter = true },
        ],
    };
}
