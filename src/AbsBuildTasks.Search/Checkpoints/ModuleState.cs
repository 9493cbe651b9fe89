using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Checkpoints;

/// <summary>A network's parameters and buffers.</summary>
internal static class ModuleState
{
    /// <summary>Writes them, or sets them.</summary>
    public static void Exchange(StateStream state, Module module)
    {
        var tensors = module.state_dict();
        _ = state.Integer(tensors.Count, tensors.Count, tensors.Count);
        foreach (var (name, tensor) in tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            state.Name(name);
            state.Values(tensor);
        }
    }
}
