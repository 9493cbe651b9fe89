using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>Bilinear layers. Both inputs meet the weight at once, and are taken as they are; each weight is multiplied once for each result.</summary>
internal sealed class BilinearKind : LayerKind
{
    /// <inheritdoc />
    public override IReadOnlyList<int> InputPlaces => [0, 1];

    /// <inheritdoc />
    public override bool IsMeasured => false;

    /// <inheritdoc />
    public override bool Is(Module module) => module is TorchSharp.Modules.Bilinear;

    /// <inheritdoc />
    public override Parameter WeightOf(Module module) => ((TorchSharp.Modules.Bilinear)module).weight;

    /// <inheritdoc />
    public override Parameter? BiasOf(Module module) => ((TorchSharp.Modules.Bilinear)module).bias;

    /// <inheritdoc />
    public override void Swap(Module module, Parameter? weight, Parameter? bias)
    {
        var bilinear = (TorchSharp.Modules.Bilinear)module;
        Weight(bilinear) = weight;
        Bias(bilinear) = bias;
    }

    /// <inheritdoc />
    public override WeightLayout LayoutOf(Module layer) => new(IsTransposed: false, Groups: 1);

    /// <inheritdoc />
    public override int FilterDimensionOf(Module layer) => -1;

    /// <inheritdoc />
    public override int? ChannelDimensionOf(Module layer) => null;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_weight")]
    private static extern ref Parameter? Weight(TorchSharp.Modules.Bilinear layer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_bias")]
    private static extern ref Parameter? Bias(TorchSharp.Modules.Bilinear layer);
}
