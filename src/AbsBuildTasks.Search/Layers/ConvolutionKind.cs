using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>Convolutions over any number of dimensions.</summary>
internal class ConvolutionKind : LayerKind
{
    /// <inheritdoc />
    public override bool Is(Module module) => module is Convolution { transposed: false };

    /// <inheritdoc />
    public override Parameter WeightOf(Module module) => ((Convolution)module).weight!;

    /// <inheritdoc />
    public override Parameter? BiasOf(Module module) => ((Convolution)module).bias;

    /// <inheritdoc />
    public override void Swap(Module module, Parameter? weight, Parameter? bias)
    {
        var convolution = (Convolution)module;
        Weight(convolution) = weight;
        Bias(convolution) = bias;
    }

    /// <inheritdoc />
    public override WeightLayout LayoutOf(Module layer) => new(IsTransposed: false, Groups(layer));

    /// <inheritdoc />
    public override int FilterDimensionOf(Module layer) => 1 - (int)WeightOf(layer).dim();

    /// <summary>Groups that filters and inputs are split into.</summary>
    protected static int Groups(Module layer) => checked((int)((Convolution)layer).groups);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_weight")]
    private static extern ref Parameter? Weight(Convolution layer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_bias")]
    private static extern ref Parameter? Bias(Convolution layer);
}
