using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Structure;

/// <summary>Forward hooks that are removed together.</summary>
internal sealed class HookSet : IDisposable
{
    private readonly List<Action> _removals = [];

    /// <summary>Sees, and may replace, what goes into a module.</summary>
    public void Before(Module<Tensor, Tensor> module, Func<Module<Tensor, Tensor>, Tensor, Tensor?> hook)
    {
        var remover = module.register_forward_pre_hook(hook!);
        _removals.Add(remover.remove);
    }

    /// <summary>Sees, and may replace, what comes out of a module.</summary>
    public void After(Module<Tensor, Tensor> module, Func<Module<Tensor, Tensor>, Tensor, Tensor, Tensor?> hook)
    {
        var remover = module.register_forward_hook(hook!);
        _removals.Add(remover.remove);
    }

    /// <summary>Removes all hooks.</summary>
    public void Dispose()
    {
        _removals.ForEach(remove => remove());
        _removals.Clear();
    }
}
