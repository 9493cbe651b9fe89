using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Reports;
using AbsBuildTasks.Plans.Reports.Html;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Reports.Tables;

public class CloseCallsTests
{
    private static readonly RunHistory History = new()
    {
        Epochs =
        [
            new() { Phase = "freeze", Steps = [new("conv1", 0, 4, 8, 6, 9, 1, -1)] },
            new()
            {
                Phase = "freeze",
                Steps =
                [
                    new("conv1", 0, 4, 8, 6, 0.5, 0.1, -32_000),
                    new("conv2", 0, 2, 4, 14, 0.002, 0.003, -16_000),
                    new("conv2", 0, 4, 2, 14, 0.9, 0.003, -16_000),
                    new("conv2", 1, 4, 4, 15, -0.01, 0.003, 2_000),
                    new("fc", 0, 4, 8, 10, -0.7, 0.003, -16_000),
                ],
            },
        ],
    };

    [Fact]
    public void A_decision_is_close_where_its_cheaper_step_is_within_the_noise_or_helps() => Assert.Equal(["conv2", "fc"], CloseCallTable.Of(History));

    [Fact]
    public void Each_layer_has_its_best_steps_of_the_last_freeze()
    {
        var table = CloseCallTable.Table(SamplePlan.Digits, History)!;

        Assert.Equal(["conv1", "conv2", "fc"], table.Rows.Select(row => row[0].Text));
        Assert.Equal(["weights 8 to 4 bit", "weights 4 to 2 bit", "weights 8 to 4 bit"], table.Rows.Select(row => row[1].Text));
        Assert.Equal(["+0.5 ±0.1", "+0.002 ±0.003", "-0.7 ±0.003"], table.Rows.Select(row => row[2].Text + row[2].Detail));
        Assert.Equal(["", "filters 14 to 15 with 1 other layer", ""], table.Rows.Select(row => row[4].Text));
        Assert.Equal(["", "close call", "close call"], table.Rows.Select(row => row[7].Text));
    }

    [Fact]
    public void A_change_that_hangs_on_less_than_the_noise_is_marked()
    {
        var content = new ReportContent { Plan = SamplePlan.Digits, History = History, Snapshot = SamplePlan.Digits.With("conv2", layer => layer with { WeightBits = 8 }).With("conv1", layer => layer with { WeightBits = 4 }) };
        var text = ReportText.Write(FullReport.Of(content));

        Assert.Single(text.Split('\n'), line => line.StartsWith("  conv2  8 -> 4", StringComparison.Ordinal) && line.EndsWith("  close call", StringComparison.Ordinal));
        Assert.Single(text.Split('\n'), line => line.StartsWith("  conv1  4 -> 8", StringComparison.Ordinal) && !line.EndsWith("  close call", StringComparison.Ordinal));
        Assert.Contains("id=\"close-calls\"", HtmlReport.Render(content), StringComparison.Ordinal);
        Assert.Contains("#### close calls", ReportForm.Markdown.Render(content), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_record_nothing_is_said() => Assert.Null(CloseCallTable.Table(SamplePlan.Digits, new()));
}
