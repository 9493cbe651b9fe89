using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>The smallest steps by which decisions get cheaper or dearer.</summary>
/// <param name="network">The network.</param>
internal sealed class DecisionMoves(CompressedNetwork network)
{
    private readonly Dictionary<int, FilterGates> _gates = network.FilterGates
        .SelectMany(gates => gates.Set.Layers.Select(layer => (layer, gates)))
        .ToDictionary(pair => pair.layer, pair => pair.gates);

    private readonly CostCache _costs = new(network);

    /// <summary>One bitwidth less for weights or activations of a layer, or some of the weakest kept filters gone.</summary>
    /// <param name="decisions">Where to go from.</param>
    /// <param name="layers">The layers whose steps are wanted, and those of filters that are decided with theirs.</param>
    public IEnumerable<DecisionMove> Cheaper(IReadOnlyList<LayerDecision> decisions, IReadOnlyList<int> layers) => Of(decisions, layers, LayerMoves.Cheaper, Each(FilterMoves.Fewer));

    /// <summary>
    /// As <see cref="Cheaper"/>, and where such a step takes as long as before, larger ones: time has plateaus, as wide as a
    /// vector of the processor, or all bits that do not run on integers.
    /// </summary>
    /// <inheritdoc cref="Cheaper"/>
    public IEnumerable<DecisionMove> Faster(IReadOnlyList<LayerDecision> decisions, IReadOnlyList<int> layers)
    {
        var before = _costs.Of(decisions)[CostKind.Latency];
        return Of(decisions, layers, LayerMoves.Faster, (gates, units) => FilterMoves.FewerUntil(gates, units, fewer => _costs.Of(Prune(gates, decisions, fewer).From(decisions))[CostKind.Latency] < before));
    }

    /// <summary>One bitwidth more for weights or activations of a layer.</summary>
    /// <inheritdoc cref="Cheaper"/>
    public IEnumerable<DecisionMove> Finer(IReadOnlyList<LayerDecision> decisions, IReadOnlyList<int> layers) => Of(decisions, layers, LayerMoves.Finer, (_, _) => []);

    /// <summary>One bitwidth more for weights or activations of a layer, or some of the strongest pruned filters back.</summary>
    /// <inheritdoc cref="Cheaper"/>
    public IEnumerable<DecisionMove> Dearer(IReadOnlyList<LayerDecision> decisions, IReadOnlyList<int> layers) => Of(decisions, layers, LayerMoves.Finer, Each(FilterMoves.More));

    private IEnumerable<DecisionMove> Of(
        IReadOnlyList<LayerDecision> decisions,
        IReadOnlyList<int> layers,
        Func<LayerCompressor, LayerDecision, IEnumerable<LayerDecision>> bits,
        Func<FilterGates, bool[], IEnumerable<bool[]>> filters)
    {
        var offered = new HashSet<FilterGates>();
        foreach (var layer in layers)
        {
            foreach (var to in bits(network.Layers[layer], decisions[layer]))
            {
                yield return new DecisionMove([(layer, decisions[layer], to)]);
            }

            if (_gates.TryGetValue(layer, out var gates) && offered.Add(gates))
            {
                foreach (var units in filters(gates, gates.Set.Kept([.. decisions.Select(decision => decision.Kept)])))
                {
                    yield return Prune(gates, decisions, units);
                }
            }
        }
    }

    private static Func<FilterGates, bool[], IEnumerable<bool[]>> Each(Func<FilterGates, bool[], bool[]?> step) => (gates, units) => step(gates, units) is { } found ? [found] : [];

    private static DecisionMove Prune(FilterGates gates, IReadOnlyList<LayerDecision> decisions, bool[] units) =>
        new([.. gates.Set.ByLayer(units).Select(pair => (pair.Key, decisions[pair.Key], decisions[pair.Key] with { Kept = pair.Value }))]);
}
