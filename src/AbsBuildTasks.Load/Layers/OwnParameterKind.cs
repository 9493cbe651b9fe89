using TorchSharp.Modules;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace AbsBuildTasks.Search.Layers;

/// <summary>
/// A parameter that no layer has. Nobody sees what it meets: it takes bits, its filters stay, and what it is multiplied with is
/// counted beside the layers.
/// </summary>
/// <param name="weight">Its name in the module.</param>
/// <param name="isOnlyOne">Whether plans call it by the module's name, which has no other.</param>
internal sealed class OwnParameterKind(string weight, bool isOnlyOne) : NativeWeightKind(weight, bias: null)
{
    // A vector has one value for each channel: what it saves is little, and what it loses the whole channel loses.
    private const int VectorBits = 8;

    /// <inheritdoc />
    public override string Suffix => isOnlyOne ? "" : base.Suffix;

    /// <inheritdoc />
    public override string NameOf(Module layer) => isOnlyOne ? base.NameOf(layer) : nameof(Parameter);

    /// <inheritdoc />
    public override bool HasCall => false;

    /// <inheritdoc />
    public override IReadOnlyList<int> InputPlaces => [];

    /// <inheritdoc />
    public override LayerResults Results => LayerResults.Unseen;

    /// <inheritdoc />
    public override int FewestBits(Module layer) => WeightOf(layer) is var values && values.numel() == values.shape.Max() ? VectorBits : base.FewestBits(layer);

    /// <inheritdoc />
    public override WeightLayout LayoutOf(Module layer) => base.LayoutOf(layer) with { IsVector = WeightOf(layer).dim() == 1 };

    /// <inheritdoc />
    public override int? ChannelDimensionOf(Module layer) => null;

    /// <inheritdoc />
    public override long UsesIn(Module module, IReadOnlyList<Tensor?> inputs, IReadOnlyList<Tensor?> outputs) => 0;
}
