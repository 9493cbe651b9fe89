using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Gates;
using AbsBuildTasks.Search.Kernels;
using AbsBuildTasks.Search.Structure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Compression;

/// <summary>
/// The gates of one layer's filters: whether a group of filters stays may depend on its mean |w|, relative to the
/// layer's.
/// </summary>
internal sealed class FilterGates
{
    // Thresholds start just below the weakest group, so that pruning is a choice from the first step on.
    private const double InitialShare = 0.9;

    // A layer pruned to a sliver ends the flow of information through the network and does not come back.
    private const double LeastShare = 0.125;

    private readonly WeightedLayer _layer;
    private readonly bool[] _kept;
    private readonly bool[] _open;
    private readonly bool[] _stays;
    private double[] _norms = [];
    private double _mean;

    /// <summary>Creates the gates of a layer, all open.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="groupSize">Filters that stay or go together, in index order; the last group may have fewer.</param>
    /// <param name="canPrune">Whether filters may be pruned at all.</param>
    /// <param name="gates">How gates decide.</param>
    /// <param name="stays">For each filter whether it stays in any case, and its group with it; null for none.</param>
    public FilterGates(WeightedLayer layer, int groupSize, bool canPrune, GateKind gates = GateKind.Threshold, IReadOnlyList<bool>? stays = null)
    {
        _layer = layer;
        GroupSize = groupSize;
        Groups = (layer.Shape.Filters + groupSize - 1) / groupSize;
        _stays = [.. Enumerable.Range(0, layer.Shape.Filters).Chunk(groupSize).Select(group => stays is not null && group.Any(filter => stays[filter]))];
        var (fixedGroups, freeGroups) = (_stays.Count(stay => stay), _stays.Count(stay => !stay));
        LeastGroups = Math.Max(1, fixedGroups + (int)Math.Ceiling(freeGroups * LeastShare));
        _open = new bool[Groups];
        Gates = (canPrune, gates) switch
        {
            (false, _) => null,
            (_, GateKind.Logit) => new LogitGates(Groups),
            _ => new ThresholdGates(Groups, shared: true, InitialShare),
        };
        Gradients = new double[layer.Shape.Filters];
        _kept = [.. Enumerable.Repeat(true, layer.Shape.Filters)];
    }

    /// <summary>Whether filters may be pruned at all.</summary>
    public bool CanPrune => Gates is not null;

    /// <summary>g of each group; null where nothing may be pruned.</summary>
    public IGates? Gates { get; }

    /// <summary>The number of groups.</summary>
    public int Groups { get; }

    /// <summary>The number of groups that always stay.</summary>
    public int LeastGroups { get; }

    /// <summary>Filters of a group.</summary>
    public int GroupSize { get; }

    /// <summary>For each filter whether it stays.</summary>
    public IReadOnlyList<bool> Kept => _kept;

    /// <summary>For each filter whether it stays where as few do as may; the first ones, so that sums of layers shrink too.</summary>
    public IReadOnlyList<bool> Fewest
    {
        get
        {
            var free = LeastGroups - _stays.Count(stay => stay);
            var groups = _stays.Select(stay => !CanPrune || stay || free-- > 0).ToArray();
            return [.. Enumerable.Range(0, _kept.Length).Select(filter => groups[filter / GroupSize])];
        }
    }

    /// <summary>∂L/∂g_c for each filter, gathered since the last step.</summary>
    public double[] Gradients { get; }

    /// <summary>Whether a filter may be pruned.</summary>
    public bool MayGo(int filter) => CanPrune && !_stays[filter / GroupSize];

    /// <summary>Opens all gates, by the weights as they are.</summary>
    public void Calibrate()
    {
        if (Gates is { } gates)
        {
            gates.Start(Norms());
            Measure(training: false);
        }
    }

    /// <summary>Opens and closes gates by the weights as they are.</summary>
    /// <param name="training">Whether chance may take part.</param>
    public void Measure(bool training)
    {
        if (Gates is not { } gates)
        {
            return;
        }

        // The strongest groups stay however far the threshold has risen.
        _norms = Norms();
        var floor = _norms.OrderDescending().ElementAt(LeastGroups - 1);

        // What runs away beyond the floor would take long to come back.
        gates.Limit(floor);
        gates.Choose(_norms, training, _open);
        for (var c = 0; c < _kept.Length; c++)
        {
            _kept[c] = _norms[c / GroupSize] >= floor || _open[c / GroupSize];
        }
    }

    /// <summary>Fixes which filters stay.</summary>
    public void Freeze(IReadOnlyList<bool> kept)
    {
        for (var c = 0; c < _kept.Length; c++)
        {
            _kept[c] = kept[c];
        }
    }

    /// <summary>Writes what lasts from one step to the next, or sets it.</summary>
    public void Exchange(StateStream state)
    {
        foreach (var parameter in Gates?.Parameters ?? [])
        {
            parameter.Exchange(state);
        }

        for (var c = 0; c < _kept.Length; c++)
        {
            _kept[c] = state.Flag(_kept[c]);
        }
    }

    /// <summary>Mean |w| of each group relative to the layer's, <c>[groups]</c>; infinite where the group stays in any case.</summary>
    public double[] Norms()
    {
        using var scope = NewDisposeScope();
        var filters = RowKernel.MeanMagnitudes(_layer.Layout.ToFilters(_layer.Weight.detach()));
        _mean = Math.Max(Divergence.Require(filters.Average(), $"a weight of layer '{_layer.Shape.Name}'"), 1e-12);
        return [.. filters.Chunk(GroupSize).Select((group, index) => _stays[index] ? double.PositiveInfinity : group.Average() / _mean)];
    }

    /// <summary>
    /// Passes the gates their gradients, and turns them into what the gates ask of the weights: ∂L/∂w = Σ
    /// ∂L/∂g·∂g/∂A·∂A/∂w.
    /// </summary>
    public void CollectGradients()
    {
        if (Gates is not { } gates)
        {
            return;
        }

        var pull = new float[_kept.Length];
        var perFilter = _layer.Weight.numel() / _kept.Length;
        foreach (var group in Enumerable.Range(0, _kept.Length).Chunk(GroupSize))
        {
            var index = group[0] / GroupSize;
            var gradient = gates.Collect(index, _norms[index], group.Sum(c => Gradients[c]));
            foreach (var c in group)
            {
                pull[c] = (float)(gradient / (group.Length * perFilter * _mean));
            }
        }

        Array.Clear(Gradients);
        if (_layer.Weight.grad is not { } weightGradient)
        {
            return;
        }

        using (weightGradient)
        {
            AddSigns(weightGradient, pull);
        }
    }

    private void AddSigns(Tensor weightGradient, float[] pull)
    {
        if (!_layer.Layout.IsTransposed)
        {
            RowKernel.AddSigns(weightGradient, _layer.Weight, pull);
            return;
        }

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        _ = weightGradient.add_(_layer.Weight.sign().mul_(_layer.Layout.Along(tensor(pull, device: weightGradient.device), _layer.Weight)));
    }
}
