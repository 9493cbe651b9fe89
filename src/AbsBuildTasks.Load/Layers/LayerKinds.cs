using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>The kinds of modules that a search knows.</summary>
/// <param name="kinds">No module is of two of them.</param>
internal sealed class LayerKinds(params IReadOnlyList<ModuleKind> kinds)
{
    /// <summary>All kinds that there are; modules of other kinds run as they are.</summary>
    public static LayerKinds All { get; } = new(
        new ConvolutionKind(),
        new TransposedConvolutionKind(),
        new LinearKind(),
        new BatchNormKind(),
        new InstanceNormKind());

    /// <summary>A module's kind; null where it is of none.</summary>
    public ModuleKind? Of(Module module) => kinds.FirstOrDefault(kind => kind.Is(module));
}
