using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>
/// Tables whose rows are looked up: their inputs are indices, which are not quantised, and looking up multiplies nothing. A
/// column is a filter: it gives one channel of the result.
/// </summary>
internal sealed class EmbeddingKind : LayerKind
{
    /// <inheritdoc />
    public override bool IsOverwritten => true;

    /// <inheritdoc />
    public override bool IsMeasured => false;

    /// <summary>Indices; of bags also where each begins, and what its rows are weighed with.</summary>
    public override IReadOnlyList<int> InputPlaces => [0, 1, 2];

    /// <inheritdoc />
    public override bool Is(Module module) => module is TorchSharp.Modules.Embedding or TorchSharp.Modules.EmbeddingBag;

    /// <inheritdoc />
    public override Parameter WeightOf(Module module) => NativeParameters.Find(module, "weight")!;

    /// <inheritdoc />
    public override Parameter? BiasOf(Module module) => null;

    /// <inheritdoc />
    public override void Swap(Module module, Parameter? weight, Parameter? bias)
    {
        // Torch's own code holds the table.
    }

    /// <inheritdoc />
    public override WeightLayout LayoutOf(Module layer) => new(IsTransposed: true, Groups: 1);

    /// <inheritdoc />
    public override int FilterDimensionOf(Module layer) => -1;

    /// <inheritdoc />
    public override int? ChannelDimensionOf(Module layer) => null;

    /// <inheritdoc />
    public override long UsesIn(Module module, IReadOnlyList<Tensor?> inputs, IReadOnlyList<Tensor?> outputs) => 0;
}
