using System.Xml.Linq;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Reports.Layout;
using static System.FormattableString;

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
            Maps(plan, largest),
            Indices([.. plan.Layers.Where(layer => layer.KeptFilters.Count < layer.Filters)]));
    }

    // Many layers stand above already.
    private static IEnumerable<XElement> Maps(CompressionPlan plan, LayerSelection largest) => LayerBlock.Of(plan).Count > 0
        ? [Html.Fold($"The filters of all {Counted.Of(plan.Layers.Count, "layer")}", Html.Charts(FilterMap.Draw(plan.Layers)))]
        :
        [
            .. largest.Name.Length == 0 ? Array.Empty<XElement>() : [Html.Element("p", largest.Name + ":")],
            Html.Charts(FilterMap.Draw(largest.Layers)),
            .. LayerSelection.Parts(plan).Select(part => Html.Fold(part.Name, Html.Charts(FilterMap.Draw(part.Layers)))),
        ];

    private static XElement Indices(LayerPlan[] pruned)
    {
        var names = Html.Names(pruned.Select(layer => layer.Name));
        return pruned.Length == 0 ? Html.Element("p", "No filter is pruned.") : Html.Fold(
            $"{Counted.Of(pruned.Length, "pruned layer")} as a table",
            Html.Table(
                "Kept filters of the layers that lose some, by index",
                ["Layer", "Kept", "Which"],
                column => column == 1,
                pruned.Select(layer => (object[])
                [
                    Html.Shown(names.Of(layer.Name)),
                    Invariant($"{layer.KeptFilters.Count:#,0} of {layer.Filters:#,0}"),
                    Html.Element("span", Html.Class("ranges"), layer.KeptFilters.ToString()),
                ])));
    }
}
