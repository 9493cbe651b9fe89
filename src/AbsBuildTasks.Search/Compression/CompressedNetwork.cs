using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Gates;
using AbsBuildTasks.Search.Hooks;
using AbsBuildTasks.Search.Quantization;
using AbsBuildTasks.Search.Structure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Compression;

/// <summary>
/// A network that runs under compression: hooks quantise each layer's input, put its quantised weight in place, and
/// mask pruned filters, so that the network itself stays as its author wrote it.
/// </summary>
/// <remarks>
/// A training step is <see cref="Run"/>, the loss's <c>backward()</c>, <see cref="CollectGradients"/>, then one step
/// for <see cref="Parameters"/> (torch) and the trained scalars (here).
/// </remarks>
internal sealed class CompressedNetwork : IDisposable
{
    private readonly HookSet _hooks = new();
    private readonly Calibration _calibration;
    private readonly NormMask[] _normMasks;
    private bool _on;

    /// <summary>Puts a network under compression; until <see cref="Calibrate"/> it still runs in full precision.</summary>
    /// <param name="network">The network.</param>
    /// <param name="probe">Its layers.</param>
    /// <param name="map">How channels flow between them.</param>
    /// <param name="settings">Candidate bitwidths, filter groups and what to keep.</param>
    /// <exception cref="Plans.Errors.AbsException">ABS1009: the settings speak of a layer that there is not. ABS1014: the target does not run what they ask of one.</exception>
    public CompressedNetwork(ModelNetwork network, NetworkProbe probe, ChannelMap map, SearchSettings settings)
    {
        Network = network;
        Map = map;
        WeightGrid = QuantizationGrid.Of(settings.Grid);
        HasSignedInputs = settings.DeployTarget.Activations == InputLevels.Signed;
        SharesIntervals = settings.DeployTarget.QuantizesSums;
        settings.Layers.RequireMatches([.. probe.Layers.Select(layer => layer.Shape.Name)], [.. probe.Rest.Select(part => (part.Name, probe.Words(part), part.Bits))]);
        var called = probe.Layers.Where(layer => layer.Kind.HasCall).ToArray();
        bool[] isKept = [.. probe.Layers.Select(layer => settings.KeepFirstAndLast && (layer == called[0] || layer == called[^1]))];
        LayerRule[] rules = [.. probe.Layers.Select((layer, i) => Rule(layer, isKept[i], settings))];
        Layers = [.. probe.Layers.Select((layer, i) => Compressor(layer, i, rules[i], isKept[i], settings))];
        FilterSets = FilterTies.Of(probe.Layers, map, [.. rules.Zip(map.Prunable, (rule, can) => can && !rule.Whole)], settings.FilterGroup, settings.DeployTarget.FilterMultiple);
        FilterGates = [.. FilterSets.Where(set => set.CanPrune).Select(set => new FilterGates(set, [.. Layers.Select(layer => layer.Filters)], settings.Gate))];
        Norms = probe.Norms;
        Rest = probe.Rest;
        (RestCost, RestInFull) = (RestPlan.CostsOf(Rest), RestPlan.FullPrecisionOf(Rest));
        _normMasks = [.. probe.Norms.Zip(map.Norms).Where(pair => pair.Second.CanChange).Select(pair => new NormMask(pair.First, pair.Second))];
        _calibration = new Calibration(this);
        InstallHooks();
    }

    /// <summary>The network.</summary>
    public ModelNetwork Network { get; }

    /// <summary>How channels flow between layers.</summary>
    public ChannelMap Map { get; }

    /// <summary>The weighted layers in call order.</summary>
    public IReadOnlyList<LayerCompressor> Layers { get; }

    /// <summary>Filters that are decided together, in the order of their first layers.</summary>
    public IReadOnlyList<FilterSet> FilterSets { get; }

    /// <summary>The gates of those sets of which filters may go.</summary>
    public IReadOnlyList<FilterGates> FilterGates { get; }

    /// <summary>The normalising layers.</summary>
    public IReadOnlyList<NormLayer> Norms { get; }

    /// <summary>What the search leaves alone beside the layers.</summary>
    public IReadOnlyList<RestPlan> Rest { get; }

    /// <summary>What the <see cref="Rest"/> costs, whatever is decided.</summary>
    public PerCost<long> RestCost { get; }

    /// <summary>What it costs at 32 bits.</summary>
    public PerCost<long> RestInFull { get; }

    /// <summary>The grid of the weights.</summary>
    public QuantizationGrid WeightGrid { get; }

    /// <summary>Whether inputs have levels around zero although they are never negative.</summary>
    public bool HasSignedInputs { get; }

    /// <summary>
    /// Whether layers that take the same tensor have one clipping interval for it. A runtime in which values stay integers from
    /// layer to layer then quantises it once, where these layers have the same bits.
    /// </summary>
    public bool SharesIntervals { get; }

    /// <summary>Rounds values between layers.</summary>
    public ValueRounding Rounding { get; } = new();

    /// <summary>The network's own parameters.</summary>
    public IEnumerable<TorchSharp.Modules.Parameter> Parameters => Network.Module.parameters();

    /// <summary>The clipping intervals, each once.</summary>
    public IEnumerable<TrainedScalar> Intervals => Layers.SelectMany(layer => layer.Weights.TrainedIntervals.Append(layer.Activations.Interval)).Distinct();

    /// <summary>How many numbers train beside the network's own parameters: clipping intervals and what gates learn.</summary>
    public int AddedParameters => Intervals.Count() + Layers.Sum(layer => layer.Weights.Gates.Parameters.Count + layer.Activations.Gates.Parameters.Count) + FilterGates.Sum(gates => gates.Gates.Parameters.Count);

    /// <summary>For each layer and filter whether it stays.</summary>
    public IReadOnlyList<IReadOnlyList<bool>> Kept => [.. Layers.Select(layer => layer.Filters.Kept)];

    /// <summary>Chooses grids and intervals from full-precision activations, then turns compression on.</summary>
    /// <param name="batches">A few batches of training inputs.</param>
    public void Calibrate(IEnumerable<IReadOnlyList<Tensor>> batches)
    {
        _calibration.Run(batches);
        _on = true;
    }

    /// <summary>Says whose gates learn from the next batch; those of filters gather gradients in every step, for the weights.</summary>
    /// <param name="weights">Whether those of weights do.</param>
    /// <param name="activations">Whether those of activations do.</param>
    public void LearnGates(bool weights, bool activations)
    {
        foreach (var layer in Layers)
        {
            layer.Weights.GatesLearn = weights;
            layer.Activations.GatesLearn = activations;
        }
    }

    /// <summary>Runs a batch.</summary>
    /// <param name="inputs">Each <c>[N, …]</c>.</param>
    public IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs)
    {
        if (!_on)
        {
            return Network.Call(inputs);
        }

        // A step may have ended before its gradients were collected.
        PutBack();
        MeasureFilters();
        foreach (var layer in Layers)
        {
            layer.Prepare(Network.Module.training);
        }

        var kept = Kept;
        foreach (var norm in _normMasks)
        {
            norm.Prepare(kept);
        }

        foreach (var layer in Layers)
        {
            layer.PutIn();
        }

        var isToCome = false;
        try
        {
            var outputs = Rounding.Run(() => Network.Call(inputs), Network.Module.training ? Network.Module : null);

            // The backward pass takes the values that the forward pass has seen.
            isToCome = outputs.Any(output => output.requires_grad);
            return outputs;
        }
        finally
        {
            if (!isToCome)
            {
                PutBack();
            }
        }
    }

    /// <summary>After the loss's backward pass: gradients of the network's parameters, and of intervals and filter gates.</summary>
    public void CollectGradients()
    {
        PutBack();
        var filters = Layers.Select(layer => layer.Filters.Gradients).ToArray();
        foreach (var layer in Layers)
        {
            layer.CollectGradients();
        }

        // Norms follow in call order: what the first behind a layer has weighed, others see again.
        var weighed = Layers.Index().Where(layer => layer.Item.WeighsHere).Select(layer => layer.Index).ToHashSet();
        foreach (var norm in _normMasks)
        {
            norm.CollectGradients(filters, weighed);
            if (Layers[0].WeighsOthers)
            {
                weighed.UnionWith(norm.SourceLayers);
            }
        }
    }

    /// <summary>What the gates choose at the moment, or what has been frozen.</summary>
    public IReadOnlyList<LayerDecision> Decisions() => [.. Layers.Select(layer => layer.Decision)];

    /// <summary>Fixes decisions; from here on only weights and intervals train.</summary>
    /// <param name="decisions">One for each layer, the same for all filters of a unit; tied filters follow the others'.</param>
    public void Freeze(IReadOnlyList<LayerDecision> decisions)
    {
        var kept = TiedFilters.Follow(this, [.. decisions.Select(decision => decision.Kept)]);
        for (var i = 0; i < Layers.Count; i++)
        {
            Layers[i].Freeze(decisions[i] with { Kept = kept[i] });
        }
    }

    /// <summary>Writes weights, what intervals, gates and decisions are at the moment, and what is rounded, or sets them.</summary>
    public void Exchange(StateStream state)
    {
        ExchangeLayers(state);
        Rounding.Exchange(state);
    }

    /// <summary>The same without what is rounded.</summary>
    public void ExchangeLayers(StateStream state)
    {
        PutBack();
        ModuleState.Exchange(state, Network.Module);
        _on = state.Flag(_on);
        for (var i = 0; i < Layers.Count; i++)
        {
            var own = Layers[i].Activations;
            var first = state.Integer(Enumerable.Range(0, i + 1).First(other => Layers[other].Activations.Interval == own.Interval), 0, i);
            own.ShareInterval(Layers[first].Activations);
            Layers[i].Exchange(state);
        }

        foreach (var gates in FilterGates)
        {
            gates.Exchange(state);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _hooks.Dispose();
        foreach (var disposable in Layers.Cast<IDisposable>().Concat(_normMasks))
        {
            disposable.Dispose();
        }
    }

    /// <summary>Gives parameters that held other values for a step their own back.</summary>
    private void PutBack()
    {
        foreach (var layer in Layers)
        {
            layer.PutBack();
        }
    }

    private static LayerRule Rule(WeightedLayer layer, bool isKept, SearchSettings settings) => settings.Layers.For(layer.Shape.Name, LayerRule.Free with { Whole = isKept });

    private LayerCompressor Compressor(WeightedLayer layer, int index, LayerRule rule, bool isKept, SearchSettings settings)
    {
        var pairs = LayerPairs.Of(settings, layer.Shape.Name, rule, isKept, canQuantizeInputs: layer.Kind.CanQuantizeInputs(layer.Module), layer.Kind.FewestBits(layer.Module));

        // Masking behind the norm instead of here keeps the statistics and the gradient of a closed filter alive, so that
        // it can come back.
        return new LayerCompressor(layer, pairs, settings.Gate, settings.HasFilterScales()) { MaskHere = !Map.BehindNorm[index], NormalizesWeights = settings.WeightNormalization && layer.Kind.HasCall };
    }

    /// <summary>Opens and closes the filters' gates, where they may change.</summary>
    private void MeasureFilters()
    {
        if (Layers[0].IsFrozen)
        {
            return;
        }

        foreach (var gates in FilterGates)
        {
            gates.Measure(Network.Module.training);
        }

        var kept = TiedFilters.Follow(this, Kept);
        for (var i = 0; i < Layers.Count; i++)
        {
            Layers[i].Filters.Freeze(kept[i]);
        }
    }

    private void InstallHooks()
    {
        for (var i = 0; i < Layers.Count; i++)
        {
            var (index, layer) = (i, Layers[i]);
            _hooks.Before(layer.Layer.Module, layer.Layer.Kind.InputPlaces, input =>
            {
                _calibration.See(index, input);
                return _on ? layer.Enter(input) : null;
            });
            if (!layer.Layer.Kind.IsOverwritten)
            {
                _hooks.After(layer.Layer.Module, (_, _) =>
                {
                    layer.Leave();
                    return null;
                });
            }
        }

        foreach (var norm in _normMasks)
        {
            _hooks.Before(norm.Norm.Module, _ =>
            {
                if (_on)
                {
                    norm.Enter();
                }

                return null;
            });
            _hooks.After(norm.Norm.Module, (_, output) => norm.Leave(output));
        }
    }
}
