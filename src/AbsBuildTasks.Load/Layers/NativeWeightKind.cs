using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>
/// One of several weights of a module whose arithmetic is a single call inside torch: <c>[filters, inputs]</c>. Nobody sees what
/// becomes of its result, so by itself no filter can go.
/// </summary>
/// <param name="weight">The weight's name in the module.</param>
/// <param name="bias">The bias's name, which the module need not have; null where the weight has none.</param>
internal abstract class NativeWeightKind(string weight, string? bias) : LayerKind
{
    /// <inheritdoc />
    public override string Suffix => "." + weight;

    /// <inheritdoc />
    public override bool IsOverwritten => true;

    /// <inheritdoc />
    public override bool IsMeasured => false;

    /// <inheritdoc />
    public override bool CanPrune(Module layer) => false;

    /// <inheritdoc />
    public override bool Is(Module module) => NativeParameters.Find(module, weight) is not null;

    /// <inheritdoc />
    public override Parameter WeightOf(Module module) => NativeParameters.Find(module, weight)!;

    /// <inheritdoc />
    public override Parameter? BiasOf(Module module) => bias is null ? null : NativeParameters.Find(module, bias);

    /// <inheritdoc />
    public override void Swap(Module module, Parameter? weight, Parameter? bias)
    {
        // Torch's own code holds them.
    }

    /// <inheritdoc />
    public override WeightLayout LayoutOf(Module layer) => new(IsTransposed: false, Groups: 1);

    /// <inheritdoc />
    public override int FilterDimensionOf(Module layer) => -1;
}
