using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>Linear layers.</summary>
internal sealed class LinearKind : LayerKind
{
    /// <inheritdoc />
    public override bool Is(Module module) => module is TorchSharp.Modules.Linear;

    /// <inheritdoc />
    public override Parameter WeightOf(Module module) => ((TorchSharp.Modules.Linear)module).weight!;

    /// <inheritdoc />
    public override Parameter? BiasOf(Module module) => ((TorchSharp.Modules.Linear)module).bias;

    /// <inheritdoc />
    public override void Swap(Module module, Parameter? weight, Parameter? bias)
    {
        var linear = (TorchSharp.Modules.Linear)module;
        Weight(linear) = weight;
        Bias(linear) = bias;
    }

    /// <inheritdoc />
    public override WeightLayout LayoutOf(Module layer) => new(IsTransposed: false, Groups: 1);

    /// <inheritdoc />
    public override int FilterDimensionOf(Module layer) => -1;

    /// <inheritdoc />
    public override LayerCall? CallOf(Module layer, Tensor input) => new(input.dim() == 2 ? "Gemm" : "MatMul", input.shape, (int)input.dim() - 1, [], []);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_weight")]
    private static extern ref Parameter? Weight(TorchSharp.Modules.Linear layer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_bias")]
    private static extern ref Parameter? Bias(TorchSharp.Modules.Linear layer);
}
