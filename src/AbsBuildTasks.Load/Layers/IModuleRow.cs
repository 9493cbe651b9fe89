using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>A row of <see cref="LayerKinds.All"/>: modules that a search knows, and what their weights are.</summary>
internal interface IModuleRow
{
    /// <summary>Whether a module is one of them.</summary>
    bool Is(Module module);

    /// <summary>The kinds of such a module: its own, or one for each weight where it has several.</summary>
    IReadOnlyList<ModuleKind> KindsOf(Module module);
}
