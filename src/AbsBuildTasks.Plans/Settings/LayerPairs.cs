using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Settings;

/// <summary>Which pairs of bits settings leave to the layers of a network.</summary>
internal static class LayerPairs
{
    /// <summary>The settings that bits come from, and whether those of weights and of inputs do.</summary>
    public static IEnumerable<(string Name, BitChain Chain, bool OfWeights, bool OfActivations)> Sources(SearchSettings settings)
    {
        if (settings.WeightBits is { } weights)
        {
            yield return (nameof(settings.WeightBits), weights, true, false);
        }

        if (settings.ActivationBits is { } activations)
        {
            yield return (nameof(settings.ActivationBits), activations, false, true);
        }

        if (settings.WeightBits is null || settings.ActivationBits is null)
        {
            yield return (nameof(settings.Bits), settings.Bits, settings.WeightBits is null, settings.ActivationBits is null);
        }
    }

    /// <summary>The pairs of a layer of which nothing is fixed.</summary>
    /// <exception cref="AbsException">ABS1014: the target runs none of them, or none that has the fewest bits of both.</exception>
    public static BitPairs Free(SearchSettings settings) => BitPairs.Of(Weights(settings), Activations(settings), settings.DeployTarget, Asked(settings));

    /// <summary>The pairs of a layer.</summary>
    /// <param name="settings">Bits, target and rules.</param>
    /// <param name="layer">The layer's name.</param>
    /// <param name="rule">What is fixed about it.</param>
    /// <param name="isKept">Whether it has the most bits that it may have, and nothing to choose from.</param>
    /// <param name="canQuantizeInputs">
    /// Whether its inputs can have fewer than 32 bits. Where not, its arithmetic is none of the target's, which says no more than
    /// what weights are stored in.
    /// </param>
    /// <param name="fewestBits">The fewest bits that its weights take where no rule says how many.</param>
    /// <exception cref="AbsException">ABS1014: the target runs none of them, or none that has the fewest bits of both.</exception>
    public static BitPairs Of(SearchSettings settings, string layer, LayerRule rule, bool isKept, bool canQuantizeInputs, int fewestBits = 1)
    {
        var asked = rule.Bits is { } bits ? $"The rule {bits} for layer '{Printable.Escape(layer)}'" : Asked(settings);
        var weights = Chain(rule.WeightBits, Weights(settings));
        var pairs = canQuantizeInputs
            ? BitPairs.Of(weights, Chain(rule.ActivationBits, Activations(settings)), settings.DeployTarget, asked)
            : BitPairs.Of(weights, BitChain.FullPrecision, Storing(settings.DeployTarget), asked);
        pairs = rule.WeightBits is null ? pairs.WithWeightsFrom(fewestBits) : pairs;
        return isKept ? pairs.Only(pairs.Highest) : pairs;
    }

    /// <summary>The target with the bits of its weights alone, beside inputs that are not quantised.</summary>
    private static Target Storing(Target target) => target with
    {
        Pairs = target.Pairs?.Select(pair => pair.Weights).Distinct().Select(weights => new BitPair(weights, CostModel.FullPrecisionBits)).ToArray(),
    };

    private static BitChain Weights(SearchSettings settings) => settings.WeightBits ?? settings.Bits;

    private static BitChain Activations(SearchSettings settings) => settings.ActivationBits ?? settings.Bits;

    private static BitChain Chain(int? bits, BitChain otherwise) => bits switch
    {
        null => otherwise,
        CostModel.FullPrecisionBits => BitChain.FullPrecision,
        { } some => BitChain.Of(some),
    };

    private static string Asked(SearchSettings settings) => string.Join(" and ", Sources(settings).Select(source => $"{source.Name}=\"{source.Chain}\""));
}
