using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>Transposed convolutions: their weight keeps inputs first, and each input is multiplied with the whole kernel.</summary>
internal sealed class TransposedConvolutionKind : ConvolutionKind
{
    /// <inheritdoc />
    public override bool Is(Module module) => module is Convolution { transposed: true };

    /// <inheritdoc />
    public override WeightLayout LayoutOf(Module layer) => new(IsTransposed: true, Groups(layer));

    /// <inheritdoc />
    public override LayerCall? CallOf(Module layer, Tensor input)
    {
        var convolution = (Convolution)layer;
        return new("ConvTranspose", input.shape, 1, Sides(convolution), [.. KernelAttributes(convolution), ("output_padding", ForEachSide(convolution.output_padding, Sides(convolution).Length, 0))]);
    }

    /// <inheritdoc />
    public override long UsesIn(Module module, IReadOnlyList<Tensor?> inputs, IReadOnlyList<Tensor?> outputs) => Places(inputs[0]!, FilterDimensionOf(module));
}
