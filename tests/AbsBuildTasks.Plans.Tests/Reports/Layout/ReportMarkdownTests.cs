using System.Net;
using System.Text.RegularExpressions;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Html;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using AbsBuildTasks.Plans.Text;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Reports.Layout;

public class ReportMarkdownTests
{
    [Fact]
    public void A_plan_reads_well() => Approved.Matches("tests/AbsBuildTasks.Plans.Tests/Reports/plan.verified.md", ReportMarkdown.Write(PlanReport.Of(SamplePlan.Digits)));

    [Fact]
    public void A_plan_reads_well_as_text() => Approved.Matches("tests/AbsBuildTasks.Plans.Tests/Reports/plan.verified.txt", ReportText.Write(PlanReport.Of(SamplePlan.Digits)));

    [Theory]
    [InlineData("features.0", "`features.0`")]
    [InlineData("a*b_c", "`a*b_c`")]
    [InlineData("a|b", "<code>a&#124;b</code>")]
    [InlineData("`", "<code>&#96;</code>")]
    [InlineData("<b>", "<code>&#60;b&#62;</code>")]
    [InlineData("a\nb", "<code>a&#92;u000Ab</code>")]
    [InlineData(" a", "<code> a</code>")]
    [InlineData("層", "`層`")]
    [InlineData("", "")]
    public void A_name_is_code(string name, string markdown) => Assert.Equal(markdown, MarkdownText.Name(name, 60));

    /// <summary>A branch writes the tolerance that stands in it.</summary>
    [Fact]
    public void A_title_writes_no_lines_of_its_own()
    {
        const string Tolerance = "metric:x\n\nAccepted by Ada\n\n=1";
        var verdict = new PlanVerdict(VerdictKind.Refused) { Rules = [new("the snapshot", "no-regression", $"nothing may get worse by more than {Tolerance}", ["weightBits 4 -> 8"])] };
        var report = DiffReport.Of(new ModelDiff(SamplePlan.Digits, SamplePlan.Digits) { Verdict = verdict });

        Assert.DoesNotContain(ReportMarkdown.Write(report).Split('\n'), line => line.StartsWith("Accepted", StringComparison.Ordinal));
        Assert.Contains("metric:x&#92;u000A&#92;u000AAccepted by Ada", ReportMarkdown.Write(report), StringComparison.Ordinal);
        Assert.Contains(@"metric:x\u000A\u000AAccepted by Ada", HtmlReport.Render(report), StringComparison.Ordinal);
    }

    [Property(Arbitrary = [typeof(RandomPlans)])]
    public void Any_name_is_one_piece_of_code_that_reads_as_the_name(CompressionPlan plan)
    {
        foreach (var name in plan.Layers.Select(layer => layer.Name).Concat(SampleDiff.Names))
        {
            var markdown = MarkdownText.Name(name, 10_000);

            var inner = Assert.Single(Regex.Matches(markdown, "\\A(`(?<plain>[^`|<>&\\\\]+)`|<code>(?<coded>[^`|<>\\\\]+)</code>)\\z"));
            Assert.Equal(Printable.Shorten(name, 10_000), inner.Groups["plain"].Value + WebUtility.HtmlDecode(inner.Groups["coded"].Value));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public void Three_hundred_layers_of_any_name_fit_a_comment(int models)
    {
        foreach (var name in SampleDiff.Names)
        {
            var diff = PlanSetDiff.Of("base", Enumerable.Range(0, models).Select(model => SampleDiff.Large(models == 1 ? 300 : 5, i => $"{name}{i}") with { Model = name + model }));

            var markdown = ReportMarkdown.Write(DiffReport.Of(diff));

            Assert.InRange(markdown.Length, 500, ReportMarkdown.CommentLength);
            CheckTables(markdown);
            Assert.Equal(Count(markdown, "<details>"), Count(markdown, "</details>"));
        }
    }

    [Fact]
    public void What_does_not_fit_is_counted()
    {
        var markdown = ReportMarkdown.Write(DiffReport.Of(SampleDiff.Large(300, i => new string('|', 100) + i)), limit: 20_000);

        var rows = Count(markdown, "100.0%") + Count(markdown, "-50.0%");
        var more = int.Parse(Regex.Match(markdown, "and ([0-9]+) more layers").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(more, 1, 299);
        Assert.True(rows >= 300 - more, markdown);
    }

    [Property(Arbitrary = [typeof(RandomPlans)])]
    public void Any_two_plans_make_whole_tables(CompressionPlan before, CompressionPlan after)
    {
        var markdown = ReportMarkdown.Write(DiffReport.Of(PlanSetDiff.Of(before.Model, [new(before, after), new(null, before)])));

        CheckTables(markdown);
        Assert.DoesNotContain(markdown, character => char.IsControl(character) && character != '\n');
    }

    /// <summary>Every row has as many cells as its table's head.</summary>
    private static void CheckTables(string markdown)
    {
        foreach (var table in Regex.Matches(markdown, "(^\\|.*\\n)+", RegexOptions.Multiline).Select(match => match.Value.TrimEnd('\n').Split('\n')))
        {
            Assert.True(table.Length >= 3, markdown);
            Assert.Matches("^(\\| ---:? )+\\|$", table[1]);
            Assert.All(table, row => Assert.Equal(Count(table[1], "|"), Count(row, "|")));
        }
    }

    private static int Count(string text, string part) => Regex.Count(text, Regex.Escape(part));
}
