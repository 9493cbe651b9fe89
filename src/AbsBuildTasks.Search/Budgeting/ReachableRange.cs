using System.Globalization;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>The costs that bitwidths and pruning can reach at all.</summary>
/// <param name="Extremes">What the <see cref="Cheapest"/> decisions cost.</param>
/// <param name="Most">Everything at its highest bitwidth, nothing pruned.</param>
/// <param name="FullPrecision">Everything at 32 bits, nothing pruned.</param>
internal sealed record ReachableRange(IReadOnlyList<PerCost<long>> Extremes, PerCost<long> Most, PerCost<long> FullPrecision)
{
    private const int NamedParts = 3;
    private const string Remedy = "Raise the budget, let the first and last layer take part with KeepFirstAndLast=\"false\", pin fewer Layers, or allow lower Bits.";

    /// <summary>The least of each cost: pruned as far as allowed, at the lowest bitwidths or, for time alone, in floating point where that is faster.</summary>
    public PerCost<long> Least { get; } = PerCost<long>.Of(kind => Extremes.Min(costs => costs[kind]));

    /// <summary>What costs the same, whatever is decided.</summary>
    public IReadOnlyList<RestPlan> Rest { get; init; } = [];

    /// <summary>The range of a network.</summary>
    public static ReachableRange Of(CompressedNetwork network) => new(
        [.. Cheapest(network).Select(decisions => NetworkCost.Of(network, decisions))],
        NetworkCost.Of(network, Largest(network)),
        NetworkCost.FullPrecision(network)) { Rest = network.Rest };

    /// <summary>
    /// The budget that the network is held to. A share is one of the whole network, unless what is left alone takes so much
    /// that no plan keeps it: then it is one of the layers, and what is left alone comes on top.
    /// </summary>
    /// <param name="budget">The budget as the user set it.</param>
    public Budget Fit(Budget budget)
    {
        var (rest, restInFull) = (RestPlan.CostsOf(Rest), RestPlan.FullPrecisionOf(Rest));
        return budget with
        {
            Limits = PerCost<CostLimit>.Of(kind => rest[kind] == 0 || budget.Limits[kind].Allows(Least[kind], FullPrecision[kind])
                ? budget.Limits[kind]
                : budget.Limits[kind].Beside(rest[kind], restInFull[kind], FullPrecision[kind])),
        };
    }

    /// <summary>What to tell of a budget whose shares the layers alone keep; null where the network does.</summary>
    /// <param name="budget">The budget as the user set it; the network meets what it <see cref="Fit"/>s.</param>
    public string? KeptByLayers(Budget budget)
    {
        var fit = Fit(budget);
        return CostKind.All.FirstOrDefault(kind => fit.Limits[kind] != budget.Limits[kind]) is { } kind
            ? string.Format(
                CultureInfo.InvariantCulture,
                "Budget=\"{0}\" is kept by the layers alone: {1:0.####%} of the network's full-precision {2} is what the search leaves alone, {3}, and comes on top. To limit the whole network, set {4}={5:0.####%} or more: the closer to that, the less is left for the layers.",
                budget,
                CostShare.Of(RestPlan.CostsOf(Rest)[kind], FullPrecision[kind]),
                kind.Words,
                LeftAlone(kind),
                kind.Key,
                RoundedUp(CostShare.Of(Least[kind], FullPrecision[kind])))
            : null;
    }

    /// <summary>The most of a cost of the whole network, relative to full precision, where the layers alone keep the budget's share of it; else null.</summary>
    /// <param name="budget">The budget as the user set it.</param>
    /// <param name="kind">The cost.</param>
    public double? RaisedShare(Budget budget, CostKind kind) =>
        Fit(budget).Limits[kind] is var limit && limit != budget.Limits[kind] ? limit.ShareOf(FullPrecision[kind]) : null;

    /// <summary>Fails where no plan can meet a budget's limits on cost.</summary>
    /// <param name="budget">The budget as the user set it.</param>
    /// <param name="target">What limits bits and filters; null for none in particular.</param>
    /// <exception cref="AbsException">ABS3001, with the range that can be reached.</exception>
    public void Require(Budget budget, Target? target = null)
    {
        var limits = Fit(budget).Limits;
        if (CostKind.All.FirstOrDefault(kind => !limits[kind].Allows(Least[kind], FullPrecision[kind])) is { } impossible)
        {
            throw new AbsException(AbsCodes.ImpossibleBudget, $"Budget=\"{budget}\" cannot be met: {Reaches(impossible, limits[impossible] != budget.Limits[impossible])}{Limits(target)}. {Remedy}");
        }

        if (!Extremes.Any(costs => CostKind.All.All(kind => limits[kind].Allows(costs[kind], FullPrecision[kind]))))
        {
            throw new AbsException(AbsCodes.ImpossibleBudget, $"Budget=\"{budget}\" cannot be met: each of its limits can, but not all of them at once, as some layers are faster in floating point than on integers. Raise one of the limits.");
        }
    }

    /// <summary>
    /// Decisions of the least cost: the <see cref="Smallest"/>, and from there on one layer after the other in floating point
    /// that is faster so than on integers, up to the fastest.
    /// </summary>
    public static IEnumerable<IReadOnlyList<LayerDecision>> Cheapest(CompressedNetwork network)
    {
        LayerDecision[] decisions = [.. Smallest(network)];
        yield return decisions;
        LayerDecision[] floating = [.. network.Layers.Zip(decisions, (layer, decision) => Floating(layer) is { } bits ? decision.With(bits) : decision)];
        var (before, after) = (DecisionCost.Of(network, decisions), DecisionCost.Of(network, floating));
        foreach (var layer in Enumerable.Range(0, floating.Length).Where(layer => Saved(layer) > 0).OrderByDescending(Saved))
        {
            decisions = [.. decisions];
            decisions[layer] = floating[layer];
            yield return decisions;
        }

        long Saved(int layer) => before[layer].Costs[CostKind.Latency] - after[layer].Costs[CostKind.Latency];
    }

    /// <summary>Everything at its lowest bitwidth and pruned as far as allowed.</summary>
    public static IReadOnlyList<LayerDecision> Smallest(CompressedNetwork network)
    {
        var decisions = network.Layers.Select(layer => Whole(layer, layer.Pairs.Lowest)).ToArray();
        foreach (var (layer, kept) in network.FilterSets.SelectMany(set => set.ByLayer(set.Fewest)))
        {
            decisions[layer] = decisions[layer] with { Kept = kept };
        }

        return decisions;
    }

    /// <summary>The decisions of <see cref="Most"/>.</summary>
    public static IReadOnlyList<LayerDecision> Largest(CompressedNetwork network) => [.. network.Layers.Select(layer => Whole(layer, layer.Pairs.Highest))];

    private static string Limits(Target? target) => target is null || target == TargetTable.Any ? "" : $" on {target.Words}";

    /// <summary>What no decision makes smaller, the largest parts by name.</summary>
    private string LeftAlone(CostKind kind)
    {
        RestPlan[] parts = [.. Rest.Where(part => part.Costs[kind] > 0).OrderByDescending(part => part.Costs[kind])];
        return string.Join(", ", parts.Take(NamedParts).Select(part => $"{part.Name} ({part.Kind})")) + (parts.Length > NamedParts ? FormattableString.Invariant($" and {parts.Length - NamedParts} more") : "");
    }

    private string Reaches(CostKind kind, bool isOfLayers)
    {
        var (least, most, full, rest) = (Least[kind], Most[kind], FullPrecision[kind], RestPlan.CostsOf(Rest)[kind]);
        if (isOfLayers)
        {
            return $"even without what the search leaves alone, {LeftAlone(kind)}, its layers reach {Shares(least - rest, most - rest, full - RestPlan.FullPrecisionOf(Rest)[kind])}their full-precision {kind.Words}";
        }

        var shares = Shares(least, most, full) + "its ";
        return "this network reaches " + (kind.Amounts is null
            ? $"{shares}full-precision {kind.Words}"
            : string.Format(CultureInfo.InvariantCulture, "{0} to {1} {2}, {3}{4} at full precision", least, most, kind.Words, shares, kind.Short(full)))
            + (rest == 0 ? "" : string.Format(CultureInfo.InvariantCulture, ", of which {0:0.####%} is what the search leaves alone: {1}", CostShare.Of(rest, full), LeftAlone(kind)));
    }

    private static string Shares(long least, long most, long full) =>
        string.Format(CultureInfo.InvariantCulture, "{0:0.####%} to {1:0.####%} of ", RoundedUp(CostShare.Of(least, full)), CostShare.Of(most, full));

    /// <summary>A share, so that the figure named can be met.</summary>
    private static double RoundedUp(double share) => Math.Ceiling(share * 1e6) / 1e6;

    private static BitPair? Floating(LayerCompressor layer) =>
        layer.Layer.Shape.Times is { } times ? layer.Pairs.FewestOf(pair => !times.IsOnIntegers(pair.Weights, pair.Activations)) : null;

    private static LayerDecision Whole(LayerCompressor layer, BitPair bits) => new(bits, [.. Enumerable.Repeat(true, layer.Layer.Shape.Filters)]);
}
