using System.Xml.Linq;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Charts;

namespace AbsBuildTasks.Plans.Reports.Html;

/// <summary>Which filters of each layer stay.</summary>
internal static class FiltersPart
{
    public static XElement Render(CompressionPlan plan)
    {
        var largest = LayerSelection.Largest(plan);
        return Html.Section(
            "filters",
            "Kept and pruned filters",
            Html.Element("p", "In index order, 64 to a line: a square is kept, a dash is pruned. Of layers with more than 2,048, a square is several filters, and as thick as the share of them that is kept."),
            largest.Name.Length == 0 ? null : Html.Element("p", largest.Name + ":"),
            Html.Charts(FilterMap.Draw(largest.Layers)),
            LayerSelection.Parts(plan).Select(part => Html.Fold(part.Name, Html.Charts(FilterMap.Draw(part.Layers)))));
    }
}
