using System.Globalization;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>The costs that bitwidths and pruning can reach at all.</summary>
/// <param name="Least">Everything at its lowest bitwidth and pruned as far as allowed.</param>
/// <param name="Most">Everything at its highest bitwidth, nothing pruned.</param>
/// <param name="FullPrecision">Everything at 32 bits, nothing pruned.</param>
internal sealed record ReachableRange(PerCost<long> Least, PerCost<long> Most, PerCost<long> FullPrecision)
{
    private const string Remedy = "Raise the budget, let the first and last layer take part with KeepFirstAndLast=\"false\", pin fewer Layers, or allow lower Bits.";

    /// <summary>The range of a network.</summary>
    public static ReachableRange Of(CompressedNetwork network) => new(
        NetworkCost.Of(network, Smallest(network)),
        NetworkCost.Of(network, Largest(network)),
        NetworkCost.FullPrecision(network));

    /// <summary>Fails where no plan can meet a budget's limits on cost.</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="target">What limits bits and filters; null for none in particular.</param>
    /// <exception cref="AbsException">ABS3001, with the range that can be reached.</exception>
    public void Require(Budget budget, Target? target = null)
    {
        if (CostKind.All.FirstOrDefault(kind => !budget.Limits[kind].Allows(Least[kind], FullPrecision[kind])) is { } impossible)
        {
            throw new AbsException(AbsCodes.ImpossibleBudget, $"Budget=\"{budget}\" cannot be met: this network reaches {Reaches(impossible)}{Limits(target)}. {Remedy}");
        }
    }

    /// <summary>The decisions of <see cref="Least"/>.</summary>
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

    private static string Limits(Target? target) => target is null || target == TargetTable.Any
        ? ""
        : FormattableString.Invariant($" on DeployTarget=\"{target.Name}\", which runs {target.PairWords}{(target.FilterMultiple > 1 ? FormattableString.Invariant($" and multiples of {target.FilterMultiple} filters") : "")}");

    private string Reaches(CostKind kind)
    {
        // Rounded up, so that the figure named can be met.
        var (least, most, full) = (Least[kind], Most[kind], FullPrecision[kind]);
        var shares = string.Format(CultureInfo.InvariantCulture, "{0:0.####%} to {1:0.####%} of its ", Math.Ceiling((double)least / full * 1e6) / 1e6, (double)most / full);
        return kind.Amounts is null
            ? $"{shares}full-precision {kind.Words}"
            : string.Format(CultureInfo.InvariantCulture, "{0} to {1} {2}, {3}{4} at full precision", least, most, kind.Words, shares, kind.Short(full));
    }

    private static LayerDecision Whole(LayerCompressor layer, BitPair bits) => new(bits, [.. Enumerable.Repeat(true, layer.Layer.Shape.Filters)]);
}
