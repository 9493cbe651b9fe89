using AbsBuildTasks.Search.Export;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Checkpoints;

/// <summary>A network's parameters and buffers.</summary>
internal static class ModuleState
{
    /// <summary>Writes them, or sets them; each once, also where it has two names.</summary>
    /// <exception cref="CheckpointException">While reading: what was left out is not what this network starts from.</exception>
    public static void Exchange(StateStream state, Module module)
    {
        (string Name, TorchSharp.torch.Tensor Value)[] tensors = [.. NetworkState.Of(module).OrderBy(tensor => tensor.Name, StringComparer.Ordinal)];
        _ = state.Integer(tensors.Length, tensors.Length, tensors.Length);
        foreach (var (name, tensor) in tensors)
        {
            state.Name(name);
            var hash = state.Start?.HashIfSame(name, tensor);
            if (!state.Flag(hash is not null))
            {
                state.Values(tensor);
            }
            else if (state.Text(hash ?? "") != (hash ?? StartingValues.HashOf(tensor)))
            {
                throw new CheckpointException($"stands on another {name} than the network starts from now");
            }
        }
    }
}
