using System.Xml.Linq;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Runs;

namespace AbsBuildTasks.Plans.Reports.Html;

/// <summary>How much hangs on each layer's decision.</summary>
internal static class CloseCallsPart
{
    /// <returns>Null where nothing is known.</returns>
    public static XElement? Render(CompressionPlan plan, RunHistory? history) => CloseCallTable.Table(plan, history) is { } table
        ? Html.Section("close-calls", "Close calls", Html.Element("p", string.Join(" ", CloseCallTable.Words)), ReportBlocks.Render([table]))
        : null;
}
