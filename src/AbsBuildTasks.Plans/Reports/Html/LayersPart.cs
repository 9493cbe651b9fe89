using System.Xml.Linq;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Html;

/// <summary>What was decided for each layer: of few layers charts and a table, of many a row for each, folded by block.</summary>
internal static class LayersPart
{
    private const int KindLength = 30;
    private const int FirstNumber = 2; // Column of what is left alone

    public static XElement Render(CompressionPlan plan, PlanDiff? changes = null)
    {
        var rows = new LayerRows(plan, changes);
        var blocks = LayerBlock.Of(plan);
        return Html.Section("layers", "Layers", [.. blocks.Count > 0 ? Blocks(plan, rows, blocks) : Whole(plan, rows), plan.Rest.Count == 0 ? null : Rest(plan)]);
    }

    private static XElement Rest(CompressionPlan plan)
    {
        var (names, isSame) = (Html.Names(plan.Rest.Select(part => part.Name)), !plan.Rest.Any(part => part.HasFewerBits));
        return Html.Table(
            isSame ? "Left alone: at 32 bits, and counted" : "Left alone, and counted",
            ["Part", "Kind", "Parameters", "MACs", .. Enumerable.Repeat("Their bits", isSame ? 0 : 1), .. CostKind.Counted.Select(kind => Html.Sentence(kind.Title))],
            column => column >= FirstNumber,
            plan.Rest.Select(part => (object[])
            [
                Html.Shown(names.Of(part.Name)),
                Html.Element("bdi", Printable.Shorten(part.Kind, KindLength)),
                Invariant($"{part.Parameters:#,0}"),
                ShortCount.Operations(part.Macs),
                .. Enumerable.Repeat(Invariant($"{part.Bits}"), isSame ? 0 : 1),
                .. CostKind.Counted.Select(kind => kind.Short(part.Costs[kind])),
            ]));
    }

    private static object?[] Whole(CompressionPlan plan, LayerRows rows)
    {
        var largest = LayerSelection.Largest(plan);
        var table = rows.Table("Layers in the order the network runs them", plan.Layers);
        return
        [
            largest.Name.Length == 0 ? null : Html.Element("p", largest.Name + ", in the order the network runs them:"),
            Html.Charts(LayerCharts.Draw(plan, largest.Layers)),
            LayerSelection.Parts(plan).Select(part => Html.Fold(part.Name, Html.Charts(LayerCharts.Draw(plan, part.Layers)))),
            largest.Name.Length == 0 ? table : Html.Fold(Invariant($"All {plan.Layers.Count} layers as a table"), table),
        ];
    }

    private static object?[] Blocks(CompressionPlan plan, LayerRows rows, IReadOnlyList<LayerBlock> blocks) =>
    [
        Html.Element("p", "In the order the network runs them, folded by block. The last fold has them by effect."),
        blocks.Select((block, index) => block.Name.Length == 0
            ? rows.Table(Invariant($"Layers outside of blocks, part {index + 1}"), block.Layers)
            : Html.Fold([Html.Name(block.Name + ".*"), new XText(": " + block.Sum(plan) + rows.Changed(block.Layers))], rows.Table("Layers of " + Printable.Shorten(block.Name, Html.NameLength), block.Layers))),
        Html.Fold(
            [new XText(Invariant($"All {plan.Layers.Count} layers, those with the largest {rows.EffectName} first"))],
            rows.Table("Layers by effect", [.. plan.Layers.OrderByDescending(rows.Effect).ThenByDescending(layer => layer.Costs[CostKind.Leading])])),
    ];
}
