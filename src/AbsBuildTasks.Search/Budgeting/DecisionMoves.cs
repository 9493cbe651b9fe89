using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>The smallest steps by which decisions get cheaper or dearer.</summary>
/// <param name="network">The network.</param>
internal sealed class DecisionMoves(CompressedNetwork network)
{
    private readonly Dictionary<int, FilterGates> _gates = network.FilterGates
        .SelectMany(gates => gates.Set.Layers.Select(layer => (layer, gates)))
        .ToDictionary(pair => pair.layer, pair => pair.gates);

    /// <summary>One bitwidth less for weights or activations of a layer, or some of the weakest kept filters gone.</summary>
    /// <param name="decisions">Where to go from.</param>
    /// <param name="layers">The layers whose steps are wanted, and those of filters that are decided with theirs.</param>
    public IEnumerable<DecisionMove> Cheaper(IReadOnlyList<LayerDecision> decisions, IReadOnlyList<int> layers) => Of(decisions, layers, LayerMoves.Cheaper, FilterMoves.Fewer);

    /// <summary>One bitwidth more for weights or activations of a layer.</summary>
    /// <inheritdoc cref="Cheaper"/>
    public IEnumerable<DecisionMove> Finer(IReadOnlyList<LayerDecision> decisions, IReadOnlyList<int> layers) => Of(decisions, layers, LayerMoves.Finer, (_, _) => null);

    /// <summary>One bitwidth more for weights or activations of a layer, or some of the strongest pruned filters back.</summary>
    /// <inheritdoc cref="Cheaper"/>
    public IEnumerable<DecisionMove> Dearer(IReadOnlyList<LayerDecision> decisions, IReadOnlyList<int> layers) => Of(decisions, layers, LayerMoves.Finer, FilterMoves.More);

    private IEnumerable<DecisionMove> Of(
        IReadOnlyList<LayerDecision> decisions,
        IReadOnlyList<int> layers,
        Func<LayerCompressor, LayerDecision, IEnumerable<LayerDecision>> bits,
        Func<FilterGates, bool[], bool[]?> filters)
    {
        var offered = new HashSet<FilterGates>();
        foreach (var layer in layers)
        {
            foreach (var to in bits(network.Layers[layer], decisions[layer]))
            {
                yield return new DecisionMove([(layer, decisions[layer], to)]);
            }

            if (_gates.TryGetValue(layer, out var gates) && offered.Add(gates) && filters(gates, gates.Set.Kept([.. decisions.Select(decision => decision.Kept)])) is { } units)
            {
                yield return new DecisionMove([.. gates.Set.ByLayer(units).Select(pair => (pair.Key, decisions[pair.Key], decisions[pair.Key] with { Kept = pair.Value }))]);
            }
        }
    }
}
