using AbsBuildTasks.Search.Hooks;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Structure;

/// <summary>Knows in which module of the network's author a run is at the moment.</summary>
/// <remarks>By hooks, not by the stack: which methods stand there depends on how they were compiled, and a plan must not.</remarks>
internal sealed class ModulePaths : IDisposable
{
    private readonly HookSet _hooks = new();
    private readonly Stack<string> _running = new();

    /// <summary>Installs hooks.</summary>
    /// <param name="network">The network.</param>
    public ModulePaths(Module network)
    {
        foreach (var (name, module) in network.named_modules().Where(pair => pair.module.GetType().Assembly != typeof(Module).Assembly && HookSet.CanHook(pair.module)).DistinctBy(pair => pair.module))
        {
            _hooks.BeforeCall(module, _ =>
            {
                _running.Push(name);
                return null;
            });
            _hooks.AfterCall(module, (_, _) =>
            {
                _ = _running.Pop();
                return null;
            });
        }
    }

    /// <summary>The innermost such module's path; empty in the network itself.</summary>
    public string Current => _running.Count > 0 ? _running.Peek() : "";

    /// <inheritdoc />
    public void Dispose() => _hooks.Dispose();
}
