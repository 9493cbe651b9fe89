using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Kernels;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Quantization;
using AbsBuildTasks.Search.Structure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Compression;

/// <summary>Runs one layer on quantised weights and inputs.</summary>
internal sealed class LayerCompressor : IDisposable
{
    private readonly SwappedParameter _weight;
    private readonly SwappedParameter? _bias;
    private Tensor? _unmasked;
    private Tensor? _mask;
    private bool[] _masked = [];

    /// <summary>Creates the compressor of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="pairs">Candidate bitwidths of its weights and inputs.</param>
    /// <param name="gates">How its bitwidths' gates decide.</param>
    /// <param name="hasFilterScales">Whether each filter of its weights has a clipping interval of its own.</param>
    public LayerCompressor(WeightedLayer layer, BitPairs pairs, GateKind gates, bool hasFilterScales)
    {
        Layer = layer;
        Filters = new LayerFilters(layer);
        Pairs = pairs;
        HasFilterScales = hasFilterScales && layer.Kind.CanScaleFilters && !pairs.Weights.Equals(BitChain.FullPrecision);
        Weights = new TensorQuantizer(pairs.Weights, gates, HasFilterScales ? layer.Shape.Filters : 1);
        Activations = new TensorQuantizer(pairs.Activations, gates);
        _weight = StandIn(layer.Weight);
        _bias = layer.Bias is null ? null : StandIn(layer.Bias);

        SwappedParameter StandIn(TorchSharp.Modules.Parameter parameter) => layer.Kind.IsOverwritten ? new OverwrittenParameter(parameter) : new SwappedParameter(parameter);
    }

    /// <summary>The layer.</summary>
    public WeightedLayer Layer { get; }

    /// <summary>The bits that may come together.</summary>
    public BitPairs Pairs { get; }

    /// <summary>Quantises the weight.</summary>
    public TensorQuantizer Weights { get; }

    /// <summary>Quantises the input.</summary>
    public TensorQuantizer Activations { get; }

    /// <summary>Whether each filter of the weight has a clipping interval of its own.</summary>
    public bool HasFilterScales { get; }

    /// <summary>Which filters stay.</summary>
    public LayerFilters Filters { get; }

    /// <summary>
    /// Whether pruned filters are masked here already while searching, and not only by the normalisation that follows.
    /// </summary>
    public bool MaskHere { get; init; }

    /// <summary>Whether weights are quantised relative to their mean and standard deviation.</summary>
    public bool NormalizesWeights { get; init; }

    /// <summary>Whether decisions are final.</summary>
    public bool IsFrozen { get; private set; }

    /// <summary>
    /// Whether backward passes also gather what other decisions would change of the loss to the first order, though
    /// decisions are final.
    /// </summary>
    public bool WeighsOthers
    {
        get;
        set
        {
            field = value;
            foreach (var quantizer in new[] { Weights, Activations })
            {
                quantizer.Alternatives = value ? new double[quantizer.Chain.Count] : null;
            }

            Array.Clear(Filters.Gradients);
        }
    }

    /// <summary>
    /// Whether what a filter gives is weighed at the layer, or by what its inputs come from, with all that follows: also what a
    /// normalisation makes of it that has fixed statistics.
    /// </summary>
    public bool WeighsHere => WeighsOthers && (MaskHere || Layer.IsTied);

    // Filters are weighed as they are while searching: what a closed one would give goes as far as its normalisation.
    private bool IsSettled => IsFrozen && !WeighsOthers;

    // Where each filter has its own interval, the quantiser must find it in a row.
    private WeightLayout InRows => HasFilterScales ? Layer.Layout : default;

    private bool Masks => Layer.IsTied || (Filters.CanPrune && (MaskHere || IsSettled));

    /// <summary>What the gates choose at the moment, or what was fixed: the nearest bits that may come together, as gates choose one by one.</summary>
    public LayerDecision Decision => new(Pairs.Nearest(new(Weights.ChosenBits, Activations.ChosenBits)), [.. Filters.Kept]);

    /// <summary>Fixes a decision: from here on only weights and intervals train.</summary>
    public void Freeze(LayerDecision decision)
    {
        IsFrozen = true;
        Weights.Freeze(decision.WeightBits);
        Activations.Freeze(decision.ActivationBits);
        Filters.Freeze(decision.Kept);
    }

    /// <summary>Writes what lasts from one step to the next, or sets it.</summary>
    public void Exchange(StateStream state)
    {
        state.Name(Layer.Shape.Name);
        IsFrozen = state.Flag(IsFrozen);
        Weights.Exchange(state);
        Activations.Exchange(state);
        Filters.Exchange(state);
    }

    /// <summary>
    /// What is quantised: the weight, or what is left of it without its mean, with the interval measured in deviations.
    /// </summary>
    /// <remarks>
    /// Dividing by the deviation, quantising and multiplying by it again is the same as quantising in a scaled interval.
    /// No gradient flows through the two statistics.
    /// </remarks>
    public Tensor WeightToQuantize()
    {
        if (!NormalizesWeights || !Weights.IsQuantized)
        {
            return Layer.Weight;
        }

        var centred = Layer.Weight.detach() - Layer.Weight.detach().mean();
        var deviation = centred.std(unbiased: false).to(ScalarType.Float64).item<double>();

        // The quantiser's clip would hide it.
        Weights.Unit = Divergence.RequireScale(deviation, $"a weight of layer '{Layer.Shape.Name}'");
        return centred;
    }

    /// <summary>Chooses the intervals of the weight.</summary>
    /// <param name="grid">Its levels.</param>
    public void FitWeights(QuantizationGrid grid) => Weights.Fit(InRows.ToFilters(WeightToQuantize()), grid);

    /// <summary>Computes what the layer is to run with in the next forward pass.</summary>
    /// <param name="training">Whether the bitwidth may change.</param>
    public void Prepare(bool training)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var mask = Mask();
        _bias?.SetMasked(mask);
        QuantizeWeight(training);
        if (mask is not null)
        {
            // What a closed filter would give is kept, for its gate's gradient.
            _unmasked ??= empty_like(_weight.Value).DetachFromDisposeScope();
            _ = _unmasked.copy_(_weight.Value);
            _ = _weight.Value.mul_(Layer.Layout.Along(mask, Layer.Weight));
        }
    }

    /// <summary>Lets parameters that nothing can stand in for hold what was prepared, until <see cref="PutBack"/>.</summary>
    public void PutIn()
    {
        _weight.PutIn();
        _bias?.PutIn();
    }

    /// <summary>Gives them their own values back.</summary>
    public void PutBack()
    {
        _weight.PutBack();
        _bias?.PutBack();
    }

    /// <summary>Puts the prepared weight in place and quantises the input.</summary>
    /// <param name="input">The layer's input.</param>
    /// <returns>The quantised input, or the input itself where it is not to be quantised.</returns>
    public Tensor Enter(Tensor input)
    {
        Layer.Kind.Swap(Layer.Module, _weight.Value, _bias?.Value);
        return Activations.IsQuantized ? QuantizeFunction.Quantize(input, Activations, Layer.Module.training) : input;
    }

    /// <summary>Puts the layer's own weight back.</summary>
    public void Leave() => Layer.Kind.Swap(Layer.Module, Layer.Weight, Layer.Bias);

    /// <summary>
    /// After the loss's backward pass: turns the gradients of what the layer ran with into those of its own weight and
    /// bias, its interval and gates.
    /// </summary>
    public void CollectGradients()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var mask = Mask();
        if (_weight.TakeGradient() is { } weightGradient)
        {
            // A tied filter's weights already meet an input that its gate multiplies.
            if (Masks && !IsSettled && !Layer.IsTied)
            {
                RowKernel.AddDots(Layer.Layout.ToFilters(weightGradient), Layer.Layout.ToFilters(mask is null ? _weight.Value : _unmasked!), Filters.Gradients);
            }

            var upstream = mask is null ? weightGradient : weightGradient.mul_(Layer.Layout.Along(mask, Layer.Weight));
            _weight.Pass(InRows.FromFilters(Weights.Backward(InRows.ToFilters(upstream), InRows.ToFilters(WeightToQuantize()), Weights.State)));
        }

        if (_bias?.TakeGradient() is { } biasGradient)
        {
            if (Masks && !IsSettled)
            {
                RowKernel.AddDots(biasGradient, Layer.Bias!, Filters.Gradients);
            }

            _bias.Pass(mask is null ? biasGradient : biasGradient.mul(mask));
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Weights.Dispose();
        Activations.Dispose();
        _weight.Dispose();
        _bias?.Dispose();
        _unmasked?.Dispose();
        _mask?.Dispose();
    }

    private void QuantizeWeight(bool training)
    {
        if (InRows.IsTransposed)
        {
            _ = _weight.Value.copy_(InRows.FromFilters(Weights.Forward(InRows.ToFilters(WeightToQuantize()), training)));
        }
        else
        {
            _ = Weights.Forward(WeightToQuantize(), training, into: _weight.Value);
        }
    }

    /// <summary>1 for each filter that stays and 0 for others; null where all do, or where nothing is masked here.</summary>
    private Tensor? Mask()
    {
        if (!Masks || !Filters.Kept.Contains(false))
        {
            return null;
        }

        // Seldom another one than in the step before.
        if (_mask is null || !_masked.SequenceEqual(Filters.Kept))
        {
            _mask?.Dispose();
            _masked = [.. Filters.Kept];
            _mask = tensor(_masked.Select(kept => kept ? 1f : 0f).ToArray(), device: Layer.Weight.device).DetachFromDisposeScope();
        }

        return _mask;
    }
}
