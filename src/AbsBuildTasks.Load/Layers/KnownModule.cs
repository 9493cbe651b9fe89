using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>A module of a network that is of a known kind, or one weight of it where it has several.</summary>
/// <param name="Name">Its path in the network, the first where it has several.</param>
/// <param name="Module">The module.</param>
/// <param name="Kind">Its kind, or that of the weight.</param>
internal sealed record KnownModule(string Name, Module Module, ModuleKind Kind)
{
    /// <summary>What plans and weights files call it: its path, and behind that which weight it is.</summary>
    public string LayerName => Kind is LayerKind layer ? layer.NameIn(Name) : Name;
}
