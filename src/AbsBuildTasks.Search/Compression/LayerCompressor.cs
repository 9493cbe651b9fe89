using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Quantization;
using AbsBuildTasks.Search.Structure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Compression;

/// <summary>Runs one layer on quantised weights and inputs.</summary>
internal sealed class LayerCompressor : IDisposable
{
    /// <summary>Creates the compressor of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="weights">Candidate bitwidths of its weights.</param>
    /// <param name="activations">Candidate bitwidths of its inputs.</param>
    /// <param name="filters">Its filters' gates.</param>
    public LayerCompressor(WeightedLayer layer, BitChain weights, BitChain activations, FilterGates filters)
    {
        Layer = layer;
        Filters = filters;
        Weights = new TensorQuantizer(weights, layer.Weight.device);
        Activations = new TensorQuantizer(activations, layer.Weight.device);
    }

    /// <summary>The layer.</summary>
    public WeightedLayer Layer { get; }

    /// <summary>Quantises the weight.</summary>
    public TensorQuantizer Weights { get; }

    /// <summary>Quantises the input.</summary>
    public TensorQuantizer Activations { get; }

    /// <summary>Which filters stay.</summary>
    public FilterGates Filters { get; }

    /// <summary>What was decided, once gates are frozen.</summary>
    public LayerDecision? Decision { get; set; }

    /// <summary>Whether pruned filters are masked here, and not only by the normalisation that follows.</summary>
    public bool MaskHere { get; init; }

    /// <summary>What the gates choose at the moment.</summary>
    public LayerDecision Chosen() => new(Weights.ChosenBits(), Activations.ChosenBits(), Filters.Kept());

    /// <summary>Quantises the input and puts the quantised weight in place.</summary>
    /// <param name="input">The layer's input.</param>
    /// <param name="filterGates">The layer's filter gates, <c>[filters]</c>.</param>
    /// <returns>The quantised input.</returns>
    public Tensor Enter(Tensor input, Tensor filterGates)
    {
        var frozen = Decision;
        var weight = frozen is null ? Weights.Search(Layer.Weight) : Weights.Fixed(Layer.Weight, frozen.WeightBits);
        Tensor? bias = Layer.Bias;
        if (Filters.CanPrune && (frozen is not null || MaskHere))
        {
            var shape = new long[weight.dim()];
            Array.Fill(shape, 1);
            shape[0] = -1;
            weight = weight.mul(filterGates.reshape(shape));
            bias = bias?.mul(filterGates);
        }

        WeightSlot.Set(Layer.Module, weight.InSlot(), ReferenceEquals(bias, Layer.Bias) ? Layer.Bias : bias?.InSlot());
        return frozen is null ? Activations.Search(input) : Activations.Fixed(input, frozen.ActivationBits);
    }

    /// <summary>Puts the layer's own weight back.</summary>
    public void Leave() => WeightSlot.Set(Layer.Module, Layer.Weight, Layer.Bias);

    /// <inheritdoc />
    public void Dispose()
    {
        Weights.Dispose();
        Activations.Dispose();
        Filters.Dispose();
    }
}
