using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Reports.Layout;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>Writes what changed between two plans for a terminal: a line per total, a line per layer.</summary>
internal static class PlanDiffText
{
    /// <summary>Writes a diff; lines end in LF, with none at the end.</summary>
    public static string Write(PlanDiff diff) => ReportText.Write(DiffReport.Of(new ModelDiff(diff.Before, diff.After)));
}
