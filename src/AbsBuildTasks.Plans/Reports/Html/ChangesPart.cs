using System.Xml.Linq;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Reports.Tables;

namespace AbsBuildTasks.Plans.Reports.Html;

/// <summary>Which layers are different from the plan that this one is compared with.</summary>
internal static class ChangesPart
{
    /// <returns>Null where there is nothing to compare with, or nothing is different.</returns>
    public static XElement? Render(ModelDiff model) => model.Changes is null || DiffReport.Details(model) is not { Count: > 0 } details
        ? null
        : Html.Section("changes", "Changed layers", ReportBlocks.Render(details));
}
