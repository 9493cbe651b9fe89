using System.Xml.Linq;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Reports.Html;

/// <summary>What is different from the snapshot.</summary>
internal static class ChangesPart
{
    private const int SayingLength = 200;

    public static XElement Render(ReportContent content, CompressionPlan snapshot)
    {
        var model = new ModelDiff(snapshot, content.Plan) { Reasons = content.Reasons };
        return Html.Section(
            "changes",
            content.Basis is null ? "Against the snapshot" : "What changed",
            content.Basis is { } basis ? Html.Element("p", "Compared with ", Html.Element("bdi", Printable.Shorten(basis, SayingLength)), ".") : null,
            Html.Element("p", Html.Sentence(DiffReport.Headline(model)) + "."),
            ReportBlocks.Render(DiffReport.Blocks(model)));
    }
}
