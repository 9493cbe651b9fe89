using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>The smallest steps by which a layer's decision gets cheaper or dearer.</summary>
internal static class LayerMoves
{
    // A sixteenth of a layer at a time: fine enough to land on a budget, few enough to be measured.
    private const int PruningSteps = 16;

    /// <summary>One bitwidth less for weights or activations, or some of the weakest kept filters gone.</summary>
    public static IEnumerable<LayerDecision> Cheaper(LayerCompressor layer, LayerDecision decision)
    {
        foreach (var bits in layer.Pairs.Below(decision.Bits))
        {
            yield return decision.With(bits);
        }

        if (layer.Filters.CanPrune)
        {
            var kept = GroupsByNorm(layer).Where(group => decision.Kept[group * layer.Filters.GroupSize]).ToArray();
            var going = Math.Min(StepSize(layer), kept.Length - layer.Filters.LeastGroups);
            if (going > 0)
            {
                yield return With(layer, decision, kept[..going], keep: false);
            }
        }
    }

    /// <summary>One bitwidth more for weights or activations.</summary>
    public static IEnumerable<LayerDecision> Finer(LayerCompressor layer, LayerDecision decision) => layer.Pairs.Above(decision.Bits).Select(decision.With);

    /// <summary>One bitwidth more for weights or activations, or some of the strongest pruned filters back.</summary>
    public static IEnumerable<LayerDecision> Dearer(LayerCompressor layer, LayerDecision decision)
    {
        foreach (var finer in Finer(layer, decision))
        {
            yield return finer;
        }

        if (!layer.Filters.CanPrune)
        {
            yield break;
        }

        var pruned = GroupsByNorm(layer).Where(group => !decision.Kept[group * layer.Filters.GroupSize]).ToArray();
        var coming = Math.Min(StepSize(layer), pruned.Length);
        if (coming > 0)
        {
            yield return With(layer, decision, pruned[^coming..], keep: true);
        }
    }

    private static int StepSize(LayerCompressor layer) => Math.Max(1, layer.Filters.Groups / PruningSteps);

    /// <summary>A layer's filter groups, the weakest first.</summary>
    private static int[] GroupsByNorm(LayerCompressor layer)
    {
        var norms = layer.Filters.Norms();
        return [.. Enumerable.Range(0, norms.Length).OrderBy(group => norms[group]).ThenBy(group => group)];
    }

    private static LayerDecision With(LayerCompressor layer, LayerDecision decision, int[] groups, bool keep) => decision with
    {
        Kept = [.. decision.Kept.Select((kept, filter) => groups.Contains(filter / layer.Filters.GroupSize) ? keep : kept)],
    };
}
