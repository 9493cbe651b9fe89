using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Targets;

namespace AbsBuildTasks.Plans.Settings;

/// <summary>The pairs of bits that a search may choose from for a layer: those of two chains that a target runs.</summary>
/// <remarks>
/// One of them has the fewest bits of both, so that a search that takes bits away, one step after the other, has one end.
/// </remarks>
internal sealed class BitPairs
{
    // In ascending order of weights, and then of activations.
    private readonly BitPair[] _pairs;

    private BitPairs(BitPair[] pairs, BitChain weights, BitChain activations)
    {
        _pairs = pairs;
        Weights = weights.Where(bits => pairs.Any(pair => pair.Weights == bits));
        Activations = activations.Where(bits => pairs.Any(pair => pair.Activations == bits));
        Highest = Largest(pairs);
    }

    /// <summary>The bits of weights that are in a pair.</summary>
    public BitChain Weights { get; }

    /// <summary>The bits of inputs that are in a pair.</summary>
    public BitChain Activations { get; }

    /// <summary>The pair with the fewest bits of both.</summary>
    public BitPair Lowest => _pairs[0];

    /// <summary>The pair with the most bits: of their product, and then of weights.</summary>
    public BitPair Highest { get; }

    /// <summary>Finds the pairs.</summary>
    /// <param name="weights">Bits of weights to choose from.</param>
    /// <param name="activations">Bits of inputs to choose from.</param>
    /// <param name="target">What runs.</param>
    /// <param name="asked">Who names these bits, for messages: <c>Bits="4;8"</c>.</param>
    /// <exception cref="AbsException">ABS1014: the target runs none of them, or none that has the fewest bits of both.</exception>
    public static BitPairs Of(BitChain weights, BitChain activations, Target target, string asked)
    {
        BitPair[] pairs = [.. weights.SelectMany(w => activations.Select(a => new BitPair(w, a))).Where(target.Runs)];
        if (pairs.Length == 0)
        {
            throw new AbsException(AbsCodes.TargetContradicted, $"{asked} and DeployTarget=\"{target.Name}\" have no pair of weight and input bits in common: the target runs {target.PairWords}. Change one of the two.");
        }

        return Array.TrueForAll(pairs, pair => pair.IsFrom(pairs[0]))
            ? new(pairs, weights, activations)
            : throw new AbsException(AbsCodes.TargetContradicted, $"{asked} and DeployTarget=\"{target.Name}\" leave {string.Join(", ", pairs)}, and none of these has the fewest bits of weights and of inputs, which a search goes down to. Leave bits out with WeightBits or ActivationBits.");
    }

    /// <summary>Whether a layer may have these bits.</summary>
    public bool Contains(BitPair pair) => Array.IndexOf(_pairs, pair) >= 0;

    /// <summary>These alone, as for a layer that is kept at them.</summary>
    public BitPairs Only(BitPair pair) => new([pair], Weights, Activations);

    /// <summary>Those with no fewer bits of weights; where there are none, those with the most.</summary>
    public BitPairs WithWeightsFrom(int bits) => new(Array.FindAll(_pairs, pair => pair.Weights >= Math.Min(bits, Weights.Highest)), Weights, Activations);

    /// <summary>
    /// The pair that stands for bits which gates chose one by one: of those with no fewer bits of either, the one with the
    /// fewest, as finer levels hold all coarser ones; where there is none, the <see cref="Highest"/> of those with no more.
    /// </summary>
    /// <param name="wanted">Bits of both chains.</param>
    public BitPair Nearest(BitPair wanted) => Contains(wanted) ? wanted
        : Array.FindAll(_pairs, pair => pair.IsFrom(wanted)) is { Length: > 0 } finer ? Smallest(finer)
        : Largest(Array.FindAll(_pairs, wanted.IsFrom));

    /// <summary>The pair with the most bits of those wanted; null where none is.</summary>
    public BitPair? MostOf(Predicate<BitPair> wanted) => Array.FindAll(_pairs, wanted) is { Length: > 0 } some ? Largest(some) : null;

    /// <summary>The pair with the fewest bits of those wanted; null where none is.</summary>
    public BitPair? FewestOf(Predicate<BitPair> wanted) => Array.FindAll(_pairs, wanted) is { Length: > 0 } some ? Smallest(some) : null;

    /// <summary>The pairs one step down: with no more bits of either, and no other pair between.</summary>
    public IEnumerable<BitPair> Below(BitPair pair) => _pairs
        .Where(lower => lower != pair && pair.IsFrom(lower) && !_pairs.Any(between => between != pair && between != lower && pair.IsFrom(between) && between.IsFrom(lower)));

    /// <summary>The pairs one step up: with no fewer bits of either, and no other pair between.</summary>
    public IEnumerable<BitPair> Above(BitPair pair) => _pairs
        .Where(higher => higher != pair && higher.IsFrom(pair) && !_pairs.Any(between => between != pair && between != higher && higher.IsFrom(between) && between.IsFrom(pair)))
        .Reverse();

    private static BitPair Smallest(IEnumerable<BitPair> pairs) => pairs.OrderBy(pair => pair.Weights * pair.Activations).ThenBy(pair => pair.Weights).First();

    private static BitPair Largest(IEnumerable<BitPair> pairs) => pairs.OrderBy(pair => pair.Weights * pair.Activations).ThenBy(pair => pair.Weights).Last();
}
