using System.Globalization;
using System.Text;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Reports.Tables;

public class DiffReportTests
{
    [Fact]
    public void One_model_reads_well_in_a_terminal() => Approved.Matches("tests/AbsBuildTasks.Plans.Tests/Diffs/changed.verified.txt", ReportText.Write(DiffReport.Of(SampleDiff.Changed)));

    [Fact]
    public void Several_models_read_well_in_a_terminal() => Approved.Matches("tests/AbsBuildTasks.Plans.Tests/Diffs/several.verified.txt", ReportText.Write(DiffReport.Of(SampleDiff.Several)));

    [Fact]
    public void Several_models_read_well_as_Markdown() => Approved.Matches("tests/AbsBuildTasks.Plans.Tests/Diffs/several.verified.md", ReportMarkdown.Write(DiffReport.Of(SampleDiff.Several)));

    [Fact]
    public void Many_layers_are_folded_as_Markdown() =>
        Approved.Matches("tests/AbsBuildTasks.Plans.Tests/Diffs/many.verified.md", ReportMarkdown.Write(DiffReport.Of(SampleDiff.Large(25, i => $"layer{i}"))));

    [Fact]
    public void No_change_is_one_line()
    {
        var same = PlanSetDiff.Of(null, [new(SamplePlan.Digits, SamplePlan.Digits)]);

        Assert.Equal("Compression plans: no change, 1 model", ReportText.Write(DiffReport.Of(same)));
        Assert.Equal("### Compression plans: no change, 1 model\n", ReportMarkdown.Write(DiffReport.Of(same)));
    }

    [Fact]
    public void Names_cannot_break_the_lines()
    {
        var before = SamplePlan.Of("m\nn", SamplePlan.Layer("a\nb", "Conv2d", 4, 4, 2, "0-1", 1, 1));
        var after = before.With("a\nb", layer => layer with { WeightBits = 8, Kind = "C\u001b[0m" });

        var lines = PlanDiffText.Write(PlanDiff.Between(before, after)).Split('\n');

        Assert.Equal(@"m\u000An: 1 layer changed", lines[0]);
        Assert.Equal(@"  a\u000Ab  4 -> 8   +16 (+100.0%)  Conv2d -> C\u001B[0m", lines[^1]);
    }

    [Fact]
    public void A_long_list_of_filters_is_cut()
    {
        var before = SamplePlan.Of("m", SamplePlan.Layer("a", "Conv2d", 4, 4, 100, "0-99", 1, 1));
        var after = before.With("a", layer => layer with { KeptFilters = FilterRanges.Of(Enumerable.Range(0, 50).Select(i => i * 2)) });

        Assert.Contains("100 -> 50 (-1,-3,-5,-7,-9,-11,... 44 more)", PlanDiffText.Write(PlanDiff.Between(before, after)), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_has_no_character_that_a_terminal_or_build_server_obeys()
    {
        foreach (var name in SampleDiff.Names)
        {
            var text = ReportText.Write(DiffReport.Of(SampleDiff.Large(2, i => name + i)));

            Assert.DoesNotContain("##", text, StringComparison.Ordinal);
            Assert.All(text.Split('\n'), line => Assert.False(line.TrimStart().StartsWith("::", StringComparison.Ordinal), line));
            Assert.DoesNotContain(text.Replace("\n", "", StringComparison.Ordinal).EnumerateRunes(), character => Rune.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format);
        }
    }
}
