using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// The fields in which a layer holds its weight and bias. For the time of one call they hold computed tensors, so that
/// an unmodified layer runs on quantised weights while gradients reach the original parameters.
/// </summary>
/// <remarks>The public setters dispose what they replace; hence the fields.</remarks>
internal static class WeightSlot
{
    /// <summary>A layer's weight.</summary>
    /// <param name="layer">A convolution or a linear layer.</param>
    public static Parameter Of(Module layer) => layer switch
    {
        Convolution convolution => convolution.weight!,
        TorchSharp.Modules.Linear linear => linear.weight!,
        _ => throw new ArgumentException($"A {layer.GetName()} has no weight slot.", nameof(layer)),
    };

    /// <summary>Puts tensors in place of a layer's weight and bias.</summary>
    /// <param name="layer">A convolution, a linear layer or a batch normalisation.</param>
    /// <param name="weight">What the layer is to compute with.</param>
    /// <param name="bias">Likewise; null for a layer without bias.</param>
    public static void Set(Module layer, Parameter? weight, Parameter? bias)
    {
        switch (layer)
        {
            case Convolution convolution:
                Weight(convolution) = weight;
                Bias(convolution) = bias;
                break;
            case TorchSharp.Modules.Linear linear:
                Weight(linear) = weight;
                Bias(linear) = bias;
                break;
            case NormBase norm:
                Weight(norm) = weight;
                Bias(norm) = bias;
                break;
            default:
                throw new ArgumentException($"A {layer.GetName()} has no weight slot.", nameof(layer));
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_weight")]
    private static extern ref Parameter? Weight(Convolution layer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_bias")]
    private static extern ref Parameter? Bias(Convolution layer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_weight")]
    private static extern ref Parameter? Weight(TorchSharp.Modules.Linear layer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_bias")]
    private static extern ref Parameter? Bias(TorchSharp.Modules.Linear layer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_weight")]
    private static extern ref Parameter? Weight(NormBase layer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_bias")]
    private static extern ref Parameter? Bias(NormBase layer);
}
