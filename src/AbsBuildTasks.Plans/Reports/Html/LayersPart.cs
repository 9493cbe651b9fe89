using System.Xml.Linq;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Html;

/// <summary>What was decided for each layer: charts, and the same as a table.</summary>
internal static class LayersPart
{
    private const int FirstNumber = 2;
    private const int KindLength = 40;

    private static readonly string[] Columns = ["Layer", "Kind", "Weights", "Activations", "Kept", "Filters", "MACs"];

    public static XElement Render(CompressionPlan plan)
    {
        var largest = LayerSelection.Largest(plan);
        var names = Html.Names(plan.Layers.Select(layer => layer.Name));
        var table = Html.Table(
            "Layers in the order the network runs them",
            [.. Columns, .. plan.Totals.Kinds.SelectMany(Titles)],
            column => column >= FirstNumber,
            plan.Layers.Select(layer => Row(plan, layer, names.Of(layer.Name))));
        return Html.Section(
            "layers",
            "Layers",
            largest.Name.Length == 0 ? null : Html.Element("p", largest.Name + ", in the order the network runs them:"),
            Html.Charts(LayerCharts.Draw(plan, largest.Layers)),
            LayerSelection.Parts(plan).Select(part => Html.Fold(part.Name, Html.Charts(LayerCharts.Draw(plan, part.Layers)))),
            largest.Name.Length == 0 ? table : Html.Fold(Invariant($"All {plan.Layers.Count} layers as a table"), table),
            plan.Rest.Count == 0 ? null : Rest(plan));
    }

    private static XElement Rest(CompressionPlan plan)
    {
        var names = Html.Names(plan.Rest.Select(part => part.Name));
        return Html.Table(
            "Left alone: at 32 bits, and counted",
            ["Part", "Kind", "Parameters", "MACs", .. CostKind.Counted.Select(kind => Html.Sentence(kind.Title))],
            column => column >= FirstNumber,
            plan.Rest.Select(part => (object[])
            [
                Html.Shown(names.Of(part.Name)),
                Html.Element("bdi", Printable.Shorten(part.Kind, KindLength)),
                Invariant($"{part.Parameters:#,0}"),
                ShortCount.Operations(part.Macs),
                .. CostKind.Counted.Select(kind => kind.Short(part.Costs[kind])),
            ]));
    }

    private static object[] Row(CompressionPlan plan, LayerPlan layer, string name) =>
    [
        Html.Shown(name),
        Html.Element("bdi", Printable.Shorten(layer.Kind, KindLength)),
        LayerBits.Weights(layer),
        LayerBits.Activations(layer),
        Invariant($"{layer.KeptFilters.Count:#,0}"),
        Invariant($"{layer.Filters:#,0}"),
        ShortCount.Operations(layer.Macs),
        .. plan.Totals.Kinds.SelectMany(kind => Cells(plan, layer, kind)),
    ];

    // Of the leading cost the share in the whole plan's, too.
    private static IEnumerable<string> Titles(CostKind kind) =>
        kind == CostKind.Leading ? [Html.Sentence(kind.Title), "Share"] : [Html.Sentence(kind.Title)];

    private static IEnumerable<string> Cells(CompressionPlan plan, LayerPlan layer, CostKind kind) =>
        kind == CostKind.Leading ? [kind.Short(layer.Costs[kind]), PlanShare.Text(plan, layer)] : [kind.Short(layer.Costs[kind])];
}
