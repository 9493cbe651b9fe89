using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>Instance normalisations, which torch also runs on one example without its batch dimension.</summary>
internal sealed class InstanceNormKind : NormKind
{
    /// <inheritdoc />
    public override bool Is(Module module) => module is InstanceNorm;

    /// <inheritdoc />
    public override int? BatchDimensionsOf(Module module) => module switch
    {
        TorchSharp.Modules.InstanceNorm1d => 3,
        TorchSharp.Modules.InstanceNorm2d => 4,
        _ => 5,
    };
}
