using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>
/// A kind of normalisation that treats each channel by itself, so that a search can mask the scale and shift of single
/// channels. Channels are the second dimension.
/// </summary>
internal abstract class NormKind : ModuleKind
{
    /// <inheritdoc />
    public override Parameter? WeightOf(Module module) => (NormBase)module is { affine: true } norm ? norm.weight : null;

    /// <inheritdoc />
    public override Parameter? BiasOf(Module module) => (NormBase)module is { affine: true } norm ? norm.bias : null;

    /// <summary>β − γ·μ/σ, <c>[channels]</c>: what an affine layer gives for zeros in evaluation; null where statistics are the batch's.</summary>
    public static Tensor? OutputForZeros(Module module) => (NormBase)module is { weight: { } scale, bias: { } shift, running_mean: { } mean, running_var: { } variance } norm
        ? shift - (scale * mean / (variance + norm.eps).sqrt())
        : null;

    /// <inheritdoc />
    public override void Swap(Module module, Parameter? weight, Parameter? bias)
    {
        var norm = (NormBase)module;
        Weight(norm) = weight;
        Bias(norm) = bias;
    }

    /// <inheritdoc />
    public override long UsesIn(Module module, IReadOnlyList<Tensor?> inputs, IReadOnlyList<Tensor?> outputs) => Places(outputs[0]!, 1);

    /// <summary>The number of channels.</summary>
    public virtual int ChannelsOf(Module module) => checked((int)((NormBase)module).num_features);

    /// <summary>The dimensions that a batch must have; null where it may have any number.</summary>
    public abstract int? BatchDimensionsOf(Module module);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_weight")]
    private static extern ref Parameter? Weight(NormBase layer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_bias")]
    private static extern ref Parameter? Bias(NormBase layer);
}
