using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>Batch normalisations.</summary>
internal sealed class BatchNormKind : NormKind
{
    /// <inheritdoc />
    public override bool Is(Module module) => module is BatchNorm;

    /// <inheritdoc />
    public override int? BatchDimensionsOf(Module module) => null;
}
