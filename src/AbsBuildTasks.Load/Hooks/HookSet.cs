using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Hooks;

/// <summary>Forward hooks on modules of any signature that are removed together.</summary>
internal sealed class HookSet : IDisposable
{
    private readonly List<Action> _removals = [];

    /// <summary>Whether a module can be hooked: it has a <c>call()</c>.</summary>
    public static bool CanHook(Module module) => CallSignature.IsThere(module);

    /// <summary>Sees, and may replace, the first tensor that goes into a module.</summary>
    /// <param name="module">Any module that has a <c>call()</c>.</param>
    /// <param name="hook">Gets the tensor; returns another one in its place, or null to keep it.</param>
    public void Before(Module module, Func<Tensor, Tensor?> hook)
    {
        if (module is Module<Tensor, Tensor> plain)
        {
            var remover = plain.register_forward_pre_hook((_, input) => HookScope.Within(() => hook(input))!);
            _removals.Add(remover.remove);
            return;
        }

        BeforeCall(module, inputs => inputs is [{ } input, ..] && hook(input) is { } replaced ? [replaced, .. inputs.Skip(1)] : null);
    }

    /// <summary>Sees, and may replace, some of the tensors that go into a module, one after the other.</summary>
    /// <param name="module">Any module that has a <c>call()</c>.</param>
    /// <param name="places">Which ones, as <see cref="TensorParts"/> lists them; those that a call does not have are passed over.</param>
    /// <param name="hook">Gets each tensor; returns another one in its place, or null to keep it.</param>
    public void Before(Module module, IReadOnlyList<int> places, Func<Tensor, Tensor?> hook)
    {
        if (places is [0])
        {
            Before(module, hook);
        }
        else if (places.Count > 0)
        {
            BeforeCall(module, inputs => Replaced(inputs, places, hook));
        }
    }

    /// <summary>Sees, and may replace, the first tensor that comes out of a module.</summary>
    /// <param name="module">Any module that has a <c>call()</c>.</param>
    /// <param name="hook">Gets the first tensors in and out; returns another one in the latter's place, or null to keep it.</param>
    public void After(Module module, Func<Tensor, Tensor, Tensor?> hook)
    {
        if (module is Module<Tensor, Tensor> plain)
        {
            var remover = plain.register_forward_hook((_, input, output) => HookScope.Within(() => hook(input, output))!);
            _removals.Add(remover.remove);
            return;
        }

        AfterCall(module, (inputs, outputs) => inputs is [{ } input, ..] && outputs is [{ } output, ..] && hook(input, output) is { } replaced ? [replaced, .. outputs.Skip(1)] : null);
    }

    /// <summary>Sees, and may replace, all tensors that go into a module.</summary>
    /// <param name="module">Any module that has a <c>call()</c>.</param>
    /// <param name="hook">Gets them as <see cref="TensorParts"/> lists them; returns as many in their place, or null to keep them.</param>
    public void BeforeCall(Module module, Func<IReadOnlyList<Tensor?>, IReadOnlyList<Tensor?>?> hook) =>
        _removals.Add(CallSignature.Of(module).Before(module, inputs => HookScope.Within(() => hook(inputs))));

    /// <summary>Sees, and may replace, all tensors that come out of a module.</summary>
    /// <param name="module">Any module that has a <c>call()</c>.</param>
    /// <param name="hook">Gets those in and those out; returns as many in the latter's place, or null to keep them.</param>
    public void AfterCall(Module module, Func<IReadOnlyList<Tensor?>, IReadOnlyList<Tensor?>, IReadOnlyList<Tensor?>?> hook) =>
        _removals.Add(CallSignature.Of(module).After(module, (inputs, outputs) => HookScope.Within(() => hook(inputs, outputs))));

    /// <summary>Removes all hooks.</summary>
    public void Dispose()
    {
        _removals.ForEach(remove => remove());
        _removals.Clear();
    }

    private static Tensor?[]? Replaced(IReadOnlyList<Tensor?> inputs, IReadOnlyList<int> places, Func<Tensor, Tensor?> hook)
    {
        Tensor?[]? replaced = null;
        foreach (var place in places.Where(place => place < inputs.Count))
        {
            if (inputs[place] is { } input && hook(input) is { } other)
            {
                replaced ??= [.. inputs];
                replaced[place] = other;
            }
        }

        return replaced;
    }
}
