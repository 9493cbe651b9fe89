using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>A module of a network that is of a known kind.</summary>
/// <param name="Name">Its path in the network, the first where it has several.</param>
/// <param name="Module">The module.</param>
/// <param name="Kind">Its kind.</param>
internal sealed record KnownModule(string Name, Module Module, ModuleKind Kind);
