using System.Xml.Linq;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Reports.Tables;

/// <summary>No difference of metrics is shown without its noise, and none for a gain that more training gave.</summary>
public sealed class MetricWordsTests
{
    private const string Remedy = "full precision had fewer steps and may be unconverged: set Baseline=\"EqualSteps\" or raise TrainEpochs";

    private static readonly CompressionPlan Plan = Of(85.5, BaselineKind.AsTrained);

    [Fact]
    public void The_builds_table_says_it_in_the_line_of_the_difference()
    {
        Assert.Contains($"top-1  80.40 -> 85.50    +5.10 points, +/-2.2 (95%, n = 1000); {Remedy}\n", PlanTable.Write(Plan), StringComparison.Ordinal);
        Assert.Contains("top-1  80.40 -> 80.10    -0.30 points, +/-2.2 (95%, n = 1000), within noise\n", PlanTable.Write(Of(80.1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_do_so_too()
    {
        var text = ReportText.Write(PlanReport.Of(Plan));
        var line = Assert.Single(text.Split('\n'), line => line.Contains("+5.1 points", StringComparison.Ordinal));
        Assert.Contains($"±2.2 (95%, n = 1000); {Remedy}", line, StringComparison.Ordinal);

        var page = AbsBuildTasks.Plans.Reports.Html.HtmlReport.Render(new ReportContent { Plan = Plan });
        Assert.Contains("±2.2 (95%, n = 1000)", page, StringComparison.Ordinal);
        Assert.Contains("full precision had fewer steps", page, StringComparison.Ordinal);
        var picture = XElement.Parse(PlanPicture.Render(new() { Plan = Plan })).Descendants().ToArray();
        Assert.Contains(picture, element => element.Name.LocalName == "text" && element.Value.Contains("±2.2 (full precision had fewer steps)", StringComparison.Ordinal));
        Assert.Contains(Remedy, Assert.Single(picture, element => element.Name.LocalName == "desc").Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_says_it_beneath_its_points()
    {
        var sweep = SweepResult.Of(Plan, [Of(84, BaselineKind.AsTrained)]);

        Assert.EndsWith($"\npoints are +/-2.2 (95%, n = 1000); {Remedy}", SweepTable.Write(sweep), StringComparison.Ordinal);
        Assert.Contains("points are +/-2.2", ReportText.Write(FullReport.Of(new() { Plan = Plan, Sweep = sweep })), StringComparison.Ordinal);
        Assert.Contains("points are +/-2.2", AbsBuildTasks.Plans.Reports.Html.HtmlReport.Render(new ReportContent { Plan = Plan, Sweep = sweep }), StringComparison.Ordinal);
    }

    /// <summary>Three images of a thousand, and thirty.</summary>
    [Theory]
    [InlineData(85.2, nameof(ChangeEffect.Neutral), "within noise")]
    [InlineData(87.67, nameof(ChangeEffect.Neutral), "within noise")]
    [InlineData(82.5, nameof(ChangeEffect.Worse), "worse")]
    [InlineData(88.5, nameof(ChangeEffect.Better), "better")]
    public void A_change_within_the_noise_is_neither_better_nor_worse(double after, string effect, string word)
    {
        var diff = PlanDiff.Between(Of(85.5), Of(after));

        var change = Assert.Single(diff.Changes);
        Assert.Equal((effect, 2.17), (change.Effect.ToString(), change.Noise));
        var line = Assert.Single(PlanDiffText.Write(diff).Split('\n'), line => line.Contains("85.5 -> ", StringComparison.Ordinal));
        Assert.Contains("±2.2 (95%, n = 1000)", line, StringComparison.Ordinal);
        Assert.EndsWith(word, line, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_earlier_noise_is_not_known_the_later_counts()
    {
        var before = Of(85.5);
        before = before with { Metric = before.Metric with { Noise = null } };

        Assert.Equal(ChangeEffect.Neutral, Assert.Single(PlanDiff.Between(before, Of(85.2)).Changes).Effect);
        Assert.Equal(ChangeEffect.Worse, Assert.Single(PlanDiff.Between(before, before with { Metric = before.Metric with { Compressed = 85.4 } }).Changes).Effect);
    }

    [Fact]
    public void Another_baseline_and_other_examples_are_changes()
    {
        var after = Of(85.5, BaselineKind.EqualSteps);
        after = after with { Metric = after.Metric with { Examples = 900 } };

        var text = PlanDiffText.Write(PlanDiff.Between(Plan, after));

        Assert.Contains("as-trained -> equal-steps", text, StringComparison.Ordinal);
        Assert.Contains("1,000 -> 900", text, StringComparison.Ordinal);
        Assert.True(PlanDiff.Between(SamplePlan.Digits, SamplePlan.Digits with { Metric = SamplePlan.Digits.Metric with { Examples = 900, Baseline = BaselineKind.EqualSteps } }).IsEmpty);
    }

    [Theory]
    [InlineData(1.0686, "1.1")]
    [InlineData(0.6204, "0.62")]
    [InlineData(0.01069, "0.011")]
    [InlineData(31.4, "31")]
    [InlineData(1234, "1234")]
    [InlineData(0, "0.0")]
    [InlineData(0.000012, "0.000012")]
    public void A_noise_has_two_digits(double noise, string text) => Assert.Equal(text, MetricWords.Margin(noise));

    private static CompressionPlan Of(double compressed, BaselineKind? baseline = BaselineKind.EqualSteps) => SamplePlan.Digits with
    {
        Metric = new() { Name = "top-1", FullPrecision = 80.4, Compressed = compressed, Baseline = baseline, Examples = 1000, Noise = 2.17 },
    };
}
