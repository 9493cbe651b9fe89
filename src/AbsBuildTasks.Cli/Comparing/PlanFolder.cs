using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Cli.Comparing;

/// <summary>What <c>abs show</c> says of plans: of each the verdict, then the plan.</summary>
internal static class PlanFolder
{
    /// <summary>A plan with what becomes of it.</summary>
    public static Report Report(ReportContent content) => new([.. Sections(content)], "part");

    /// <summary>All plans of a folder, summed up first.</summary>
    /// <param name="files">The plans.</param>
    /// <param name="pages">Reads what lies beside them.</param>
    public static Report Report(IReadOnlyList<string> files, PlanPages pages)
    {
        ReportContent[] plans = [.. files.Select(pages.PlanOf)];
        return new([PlanList.Of(plans), .. plans.SelectMany(Sections)], "part");
    }

    /// <summary>The plans as a list, for programs.</summary>
    public static string Json(IReadOnlyList<string> files) => "[\n" + string.Join(",\n", files.Select(file => PlanJson.Write(PlanFile.Read(file).Plan))) + "\n]";

    /// <summary>How much hangs on each of a plan's decisions.</summary>
    /// <exception cref="AbsException">ABS4017: the record of its search does not tell.</exception>
    public static Report Sensitivity(ReportContent content) =>
        new([new([ReportCell.Name(content.Plan.Model), new(": what one step would change")], [CloseCallTable.Table(content.Plan, content.History) ?? throw Unknown(content), .. CloseCallTable.Words.Select(words => new ReportLine([new(words)]))])]);

    /// <summary>All steps, for programs: as the record has them.</summary>
    /// <exception cref="AbsException">ABS4017: the record of its search does not tell.</exception>
    public static string SensitivityJson(ReportContent content) => content.History is { Steps: { Count: > 0 } steps } ? RunStepJson.Write(steps) : throw Unknown(content);

    private static AbsException Unknown(ReportContent content) => new(
        AbsCodes.SensitivityUnknown,
        $"The record of the search of '{Printable.Escape(content.Plan.Model)}', {Printable.Escape(content.Plan.Model)}.run.json beside the plan, does not tell what other decisions would do. Name a plan in the output folder or obj that this version searched; build with AbsSearchMode=force to search it anew.");

    private static IEnumerable<ReportSection> Sections(ReportContent content) =>
        [.. content.Verdict is null ? [] : new[] { VerdictWords.Section(content.ToDiff()) }, .. PlanReport.Of(content.Plan, content.File).Sections];
}
