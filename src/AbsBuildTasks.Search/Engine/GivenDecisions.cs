using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Plans.Text;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Structure;
using static System.FormattableString;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Turns the decisions of a plan into those of a network, which must be its own.</summary>
internal static class GivenDecisions
{
    /// <summary>Reads the decisions.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="network">The network.</param>
    /// <exception cref="AbsException">ABS4012: the plan is of other layers, or decides what the network or the settings do not allow.</exception>
    public static IReadOnlyList<LayerDecision> Of(CompressionPlan plan, CompressedNetwork network)
    {
        if (plan.Layers.Count != network.Layers.Count)
        {
            throw Unfit(null, Invariant($"it has {plan.Layers.Count} layers, and the network has {network.Layers.Count}"));
        }

        LayerDecision[] decisions = [.. plan.Layers.Select((layer, i) => Of(layer, network, i))];
        RequireSets(plan, network, [.. decisions.Select(decision => decision.Kept)]);
        var kept = TiedFilters.Follow(network, [.. decisions.Select(decision => decision.Kept)]);
        for (var i = 0; i < decisions.Length; i++)
        {
            if (!kept[i].SequenceEqual(decisions[i].Kept))
            {
                throw Unfit(plan.Layers[i], $"the filters of layer {Printable.Escape(plan.Layers[i].Name)} follow other layers', which keep others");
            }
        }

        // What follows by a formula from the rest of a plan was checked when the plan was read.
        CostKind[] counted = [.. plan.Totals.Kinds.Where(kind => kind.Formula is null)];
        foreach (var (layer, cost) in plan.Layers.Zip(DecisionCost.Of(network, decisions)))
        {
            if (layer.Macs != cost.Macs || counted.Any(kind => layer.Costs[kind] != cost.Costs[kind]))
            {
                var wanted = string.Join(" and ", counted.Select(kind => Invariant($"{cost.Costs[kind]} {kind.Words}")).Prepend(Invariant($"{cost.Macs} macs")));
                var given = string.Join(" and ", counted.Select(kind => Invariant($"{layer.Costs[kind]}")).Prepend(Invariant($"{layer.Macs}")));
                throw Unfit(layer, $"layer {Printable.Escape(layer.Name)} has {wanted} under them, not {given}");
            }
        }

        return decisions;
    }

    /// <summary>Filters of a unit stay or go together, and of a multiple no other number stays.</summary>
    private static void RequireSets(CompressionPlan plan, CompressedNetwork network, IReadOnlyList<IReadOnlyList<bool>> kept)
    {
        foreach (var set in network.FilterSets)
        {
            foreach (var (unit, stays) in set.Units.Zip(set.Kept(kept)))
            {
                foreach (var part in unit.Parts.Where(part => part.Filters.Any(filter => kept[part.Layer][filter] != stays)))
                {
                    var (own, other) = (Named(part), Named(unit.Parts[0]));
                    throw Unfit(plan.Layers[part.Layer], own == other
                        ? $"{own} stay or go together"
                        : $"{own} {(part.Filters.Count > 1 ? "are" : "is")} decided together with {other}, as where layers are added, but only one of the two stays");
                }
            }

            foreach (var (layer, matrices) in set.WithoutMultiple(set.Kept(kept)))
            {
                var (stay, all) = (kept[layer].Count(stays => stays) / matrices, kept[layer].Count / matrices);
                throw Unfit(plan.Layers[layer], Invariant($"layer {Printable.Escape(plan.Layers[layer].Name)} keeps {stay} of {all} filters{(matrices > 1 ? " of each matrix" : "")}, which is no multiple of {set.Multiple}"));
            }
        }

        string Named(FilterPart part) => Invariant($"{(part.Filters.Count > 1 ? "filters" : "filter")} {FilterRanges.Of(part.Filters)} of layer {Printable.Escape(plan.Layers[part.Layer].Name)}");
    }

    private static LayerDecision Of(LayerPlan plan, CompressedNetwork network, int index)
    {
        var layer = network.Layers[index];
        var shape = layer.Layer.Shape;
        var name = Printable.Escape(shape.Name);
        if (plan.Name != shape.Name)
        {
            throw Unfit(plan, $"it has {Printable.Escape(plan.Name)} where the network has {name}");
        }

        if (plan.Kind != shape.Kind || plan.Filters != shape.Filters)
        {
            throw Unfit(plan, Invariant($"layer {name} is a {shape.Kind} of {shape.Filters} filters, not a {Printable.Escape(plan.Kind)} of {plan.Filters}"));
        }

        foreach (var (what, width, chain) in new[] { ("weights", plan.WeightBits, layer.Weights.Chain), ("activations", plan.ActivationBits, layer.Activations.Chain) })
        {
            if (!chain.Contains(width))
            {
                throw Unfit(plan, Invariant($"layer {name} can have {what} of {chain} bits, not of {width}"));
            }
        }

        var bits = new BitPair(plan.WeightBits, plan.ActivationBits);
        if (!layer.Pairs.Contains(bits))
        {
            throw Unfit(plan, Invariant($"layer {name} cannot have weights of {bits.Weights} bits with activations of {bits.Activations}: the target does not run {bits}"));
        }

        return layer.Layer.IsTied || Enumerable.Range(0, plan.Filters).All(filter => plan.KeptFilters.Contains(filter) || layer.Filters.MayGo(filter))
            ? new(bits, [.. Enumerable.Range(0, plan.Filters).Select(plan.KeptFilters.Contains)])
            : throw Unfit(plan, $"layer {name} {(layer.Filters.CanPrune ? "cannot do without these filters" : "cannot be pruned")}{Others()}");

        string Others() => network.FilterSets.First(set => set.Layers.Contains(index)).Layers.Where(other => other != index).Select(other => $", as they are decided together with those of layer {Printable.Escape(network.Layers[other].Layer.Shape.Name)}").FirstOrDefault("");
    }

    private static AbsException Unfit(LayerPlan? layer, string why) =>
        new(AbsCodes.LockUnfit, $"The snapshot's decisions do not fit the network: {why}. Restore the snapshot, or build with AbsSearchMode=auto and accept the plan.") { Layer = layer?.Name };
}
