using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Reports;
using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Reports.Ci;
using AbsBuildTasks.Plans.Reports.Html;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Reports.Verdicts;

/// <summary>The verdict at the top of every form, for each that there is.</summary>
public class VerdictTests
{
    private const string Folder = "tests/AbsBuildTasks.Plans.Tests/Reports/Verdicts/";

    public static TheoryData<string> Names => [.. SampleVerdict.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_terminal_shows_it(string name) => Approved.Matches($"{Folder}{name}.verified.txt", ReportText.Write(DiffReport.Of(Set(name))));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_comment_shows_it(string name) => Approved.Matches($"{Folder}{name}.comment.verified.md", ReportMarkdown.Write(DiffReport.Of(Set(name))));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_Markdown_of_a_plan_begins_with_it(string name) => Approved.Matches($"{Folder}{name}.plan.verified.md", ReportForm.Markdown.Render(SampleVerdict.Of(name)));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_shows_it_before_all_else(string name)
    {
        var content = SampleVerdict.Of(name);
        var part = Markup.Write(VerdictPart.Render(content.ToDiff(), content.Basis)!);

        Approved.Matches($"{Folder}{name}.verified.html", part);
        var page = HtmlReport.Render(content);
        Assert.InRange(page.IndexOf("id=\"verdict\"", StringComparison.Ordinal), 0, page.IndexOf("class=\"figures\"", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Programs_are_told_it(string name) => Approved.Matches($"{Folder}{name}.verified.json", PlanDiffJson.Write(Set(name)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_build_server_is_handed_it(string name)
    {
        using var folder = new TemporaryFolder();
        var markdown = ReportMarkdown.Write(DiffReport.Of(SampleVerdict.Diff(name)));
        Dictionary<string, string>[] servers = [new() { ["GITHUB_STEP_SUMMARY"] = folder.File("step.md") }, new() { ["TF_BUILD"] = "True" }, new() { ["GITLAB_CI"] = "true", ["CI_PROJECT_DIR"] = folder.Path }];
        foreach (var server in servers)
        {
            _ = new CiSummary(server.GetValueOrDefault, "").Publish("Models.digits", markdown, folder.File("azure"));
        }

        Approved.Matches($"{Folder}{name}.server.verified.md", markdown);
        Assert.Equal(markdown, File.ReadAllText(folder.File("azure/Models.digits.summary.md")));
        Assert.Equal(markdown, File.ReadAllText(folder.File("abs-summary/Models.digits.md")));
        Assert.Equal(markdown + "\n", string.Join('\n', File.ReadAllText(folder.File("step.md")).Split('\n')[2..]));
    }

    private static PlanSetDiff Set(string name) => PlanSetDiff.Of("the merge base of main, 0123abcd", [SampleVerdict.Diff(name)]);
}
