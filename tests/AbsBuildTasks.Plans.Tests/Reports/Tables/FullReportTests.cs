using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports;
using AbsBuildTasks.Plans.Reports.Html;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Reports.Tables;

public class FullReportTests
{
    [Fact]
    public void The_Markdown_of_the_sample_is_the_committed_one() =>
        Approved.Matches("tests/AbsBuildTasks.Plans.Tests/Reports/full.verified.md", ReportForm.Markdown.Render(ReportSamples.DigitsWithAll with { Reasons = ["setting:Seed changed from 1 to 2"] }));

    [Fact]
    public void A_plan_alone_is_shown_alone() =>
        Assert.Equal(ReportMarkdown.Write(PlanReport.Of(ReportSamples.Digits.Plan)), ReportForm.Markdown.Render(ReportSamples.Digits with { History = null }));

    [Fact]
    public void What_the_search_warned_of_is_in_every_form()
    {
        var content = ReportSamples.Tiny with { History = RunHistory.Parse("""{"epochs":[],"warnings":[{"code":"ABS3021","text":"The network <b> has a top-1 of 6.00: a plan of it means nothing."}]}""", "x") };

        Assert.Contains("ABS3021: The network &#60;b&#62; has a top-1 of 6.00: a plan of it means nothing.", ReportForm.Markdown.Render(content), StringComparison.Ordinal);
        Assert.Contains("ABS3021: The network <b> has a top-1 of 6.00: a plan of it means nothing.", ReportText.Write(FullReport.Of(content)), StringComparison.Ordinal);
        Assert.Contains("ABS3021: The network &lt;b&gt; has a top-1 of 6.00: a plan of it means nothing.", HtmlReport.Render(content), StringComparison.Ordinal);
    }

    [Fact]
    public void Test_data_and_noise_are_in_every_form()
    {
        var content = new ReportContent
        {
            Plan = SamplePlan.Digits,
            History = RunHistory.Parse("""{"epochs":[],"test":{"loss":0.03125,"classes":[{"class":0,"examples":40,"hits":40},{"class":1,"examples":36,"hits":27}]}}""", "x"),
            Noise = SampleNoise.Digits,
        };

        Approved.Matches("tests/AbsBuildTasks.Plans.Tests/Reports/measured.verified.txt", ReportText.Write(FullReport.Of(content)));
        var page = HtmlReport.Render(content);
        Assert.Contains(">Test data</h2>", page, StringComparison.Ordinal);
        Assert.Contains(">Noise of 5 seeds</h2>", page, StringComparison.Ordinal);
        Assert.Contains("#### noise of 5 seeds", ReportForm.Markdown.Render(content), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ABS30211")]
    [InlineData("CS00001")]
    [InlineData("ABS302\u0000")]
    public void A_warning_without_a_code_of_ours_is_none_of_a_record(string code) =>
        Assert.Equal(AbsCodes.InvalidRunRecord, Assert.Throws<AbsException>(() => RunHistory.Parse($$"""{"epochs":[],"warnings":[{"code":"{{code}}","text":"x"}]}""", "x")).Code);

    [Fact]
    public void Scales_of_filters_are_shown_in_reports_and_diffs()
    {
        var content = ReportSamples.Tiny with
        {
            Plan = SamplePlan.Digits.With("conv1", layer => layer with { WeightScales = PlanScales.Filter }),
            Snapshot = SamplePlan.Digits,
        };

        Assert.Contains("| `conv1` | `Conv2d` | 8 bit, scale per filter | 8 bit |", ReportForm.Markdown.Render(content), StringComparison.Ordinal);
        Assert.Contains("layer → filter scales", ReportForm.Markdown.Render(content), StringComparison.Ordinal);
        Assert.Contains("<td class=\"number\">8 bit, scale per filter</td>", HtmlReport.Render(content), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_quantised_says_so_in_every_form()
    {
        var content = ReportSamples.Tiny with
        {
            Plan = SamplePlan.Digits.With("conv1", layer => layer with { WeightGrid = PlanGrids.Float, WeightBits = 32, ActivationGrid = PlanGrids.Float, ActivationBits = 32 }) with { Budget = "bops=50%" },
            Snapshot = SamplePlan.Digits,
        };

        Assert.Contains("| `conv1` | `Conv2d` | float 32 bit | float 32 bit |", ReportForm.Markdown.Render(content), StringComparison.Ordinal);
        Assert.Contains("8 → 32 (symmetric to float)", ReportForm.Markdown.Render(content), StringComparison.Ordinal);
        Assert.Contains("float 32 bit  float 32 bit", ReportText.Write(FullReport.Of(content)), StringComparison.Ordinal);
        Assert.Contains("<td class=\"number\">8 → float 32 bit</td>", HtmlReport.Render(content), StringComparison.Ordinal);
        Assert.Contains("32 bit       32 bit", PlanTable.Write(content.Plan), StringComparison.Ordinal);
    }
}
