using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Layout;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>Layers that follow each other and belong together, such as all of <c>blocks.3</c>.</summary>
/// <param name="Name">What their names begin with; empty for layers outside of blocks.</param>
/// <param name="Layers">The layers, in the plan's order.</param>
internal sealed record LayerBlock(string Name, IReadOnlyList<LayerPlan> Layers)
{
    /// <summary>The most layers that stand side by side without blocks.</summary>
    public const int MostOpen = 24;

    /// <summary>A plan's blocks, in its order; none where it has few layers, or their names tell of no blocks.</summary>
    public static IReadOnlyList<LayerBlock> Of(CompressionPlan plan)
    {
        if (plan.Layers.Count <= MostOpen)
        {
            return [];
        }

        var blocks = new List<(string Name, List<LayerPlan> Layers)>();
        foreach (var layer in plan.Layers)
        {
            var name = NameOf(layer.Name);
            if (blocks.Count == 0 || blocks[blocks.Count - 1].Name != name)
            {
                blocks.Add((name, []));
            }

            blocks[blocks.Count - 1].Layers.Add(layer);
        }

        return blocks.Count(block => block.Name.Length > 0) < 2 ? [] : [.. blocks.Select(block => new LayerBlock(block.Name, block.Layers))];
    }

    /// <summary>The block in a line: <c>4 layers, weights 2 to 8 bit, activations 8 bit, 85% of the filters, 12.3% of the BOPs</c>.</summary>
    public string Sum(CompressionPlan plan)
    {
        var total = plan.Totals.Costs[CostKind.Leading];
        var share = total == 0 ? "" : Invariant($", {100.0 * Layers.Sum(layer => (double)layer.Costs[CostKind.Leading]) / total:0.0}% of the {CostKind.Leading.Title}");
        return Counted.Of(Layers.Count, "layer")
            + $", weights {Range(layer => layer.WeightBits)} bit, activations {Range(layer => layer.ActivationBits)} bit"
            + Invariant($", {100.0 * Layers.Sum(layer => (double)layer.KeptFilters.Count) / Layers.Sum(layer => (double)layer.Filters):0}% of the filters") + share;
    }

    // Up to the first number among the parts of the name, which counts the block.
    private static string NameOf(string layer)
    {
        var parts = layer.Split('.');
        var number = Array.FindIndex(parts, part => part.Length > 0 && part.All(character => character is >= '0' and <= '9'));
        return number >= 0 && number < parts.Length - 1 ? string.Join(".", parts.Take(number + 1)) : "";
    }

    private string Range(Func<LayerPlan, int> bits) => (Layers.Min(bits), Layers.Max(bits)) is var (least, most) && least == most ? Invariant($"{least}") : Invariant($"{least} to {most}");
}
