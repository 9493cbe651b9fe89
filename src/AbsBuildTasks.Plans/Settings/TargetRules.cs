using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Targets;

namespace AbsBuildTasks.Plans.Settings;

/// <summary>Refuses settings that contradict their target, as far as that shows without the network.</summary>
internal static class TargetRules
{
    /// <summary>Checks settings whose values are in range.</summary>
    /// <exception cref="AbsException">ABS1014: a setting contradicts it.</exception>
    public static void Require(SearchSettings settings)
    {
        var target = settings.DeployTarget;
        if (settings.WeightScales is { } scales && target.WeightScales is var runs && runs != WeightScales.Both && scales == ScaleKind.Filter != (runs == WeightScales.Filter))
        {
            throw Contradicted($"WeightScales=\"{scales}\": DeployTarget=\"{target.Name}\" runs weights with one scale for each {(runs == WeightScales.Filter ? "filter" : "layer")} only. Leave WeightScales out, or set the target's weightScales to \"both\" if it runs either.");
        }

        if (target.FilterMultiple % settings.FilterGroup != 0 && settings.FilterGroup % target.FilterMultiple != 0)
        {
            throw Contradicted(FormattableString.Invariant($"FilterGroup=\"{settings.FilterGroup}\" does not fit DeployTarget=\"{target.Name}\", which is fast at multiples of {target.FilterMultiple} filters. Set FilterGroup to 1, or to a divisor or a multiple of {target.FilterMultiple}."));
        }

        if (target.Pairs is not { } pairs)
        {
            return;
        }

        if (settings.Grid == WeightGrid.Unit)
        {
            throw Contradicted($"Grid=\"Unit\" does not run on DeployTarget=\"{target.Name}\": its levels have no zero, and integers of as many bits do. Leave Grid out.");
        }

        RequireBits(settings, pairs);
        _ = LayerPairs.Free(settings);
        if (settings.Layers.Pairs.FirstOrDefault(pair => !target.Runs(pair)) is { Weights: > 0 } missing)
        {
            throw Contradicted($"Layers=\"{settings.Layers}\": DeployTarget=\"{target.Name}\" does not run {missing}; it runs {target.PairWords}. Give these layers other bits.");
        }
    }

    // Of the default bits a search takes those that run. Others were written down to be tried.
    private static void RequireBits(SearchSettings settings, IReadOnlyList<BitPair> pairs)
    {
        foreach (var (name, chain, ofWeights, ofActivations) in LayerPairs.Sources(settings).Where(source => source.Name != nameof(settings.Bits) || !source.Chain.Equals(BitChain.Default)))
        {
            if (chain.Where(bits => !pairs.Any(pair => (ofWeights && pair.Weights == bits) || (ofActivations && pair.Activations == bits))) is { Count: > 0 } never)
            {
                var of = (ofWeights, ofActivations) switch { (true, true) => "weights or inputs", (true, _) => "weights", _ => "inputs" };
                throw Contradicted(FormattableString.Invariant($"{name}=\"{chain}\": DeployTarget=\"{settings.DeployTarget.Name}\" has no {of} of {never[0]} bits; it runs {settings.DeployTarget.PairWords}. Leave {never[0]} out."));
            }
        }
    }

    private static AbsException Contradicted(string message) => new(AbsCodes.TargetContradicted, message);
}
