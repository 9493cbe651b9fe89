using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Hooks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Structure;

/// <summary>Networks and losses that compute gradients themselves, of which a failing one would end the process in native code.</summary>
/// <remarks>
/// The search replaces what layers give out, and rounds it: a gradient through that is none of the network's. TorchSharp
/// lets a failure of <c>autograd.grad</c> end the process, so that it must be found before the search touches the layers.
/// </remarks>
internal static class GradientInForward
{
    /// <summary>Runs a batch with gradients, as in evaluation and as in training, and fails where some are computed meanwhile.</summary>
    /// <param name="network">A network of which nothing else is expected.</param>
    /// <param name="inputs">A batch.</param>
    /// <param name="loss">Computes the loss of outputs.</param>
    /// <exception cref="AbsException">ABS2031.</exception>
    public static void Refuse(ModelNetwork network, IReadOnlyList<Tensor> inputs, Func<IReadOnlyList<Tensor>, Tensor> loss)
    {
        var (place, found) = ("the network's forward", (string?)null);
        using var hooks = new HookSet();
        foreach (var module in network.Module.modules().OfType<Module<Tensor, Tensor>>())
        {
            hooks.After(module, (_, output) => output is { IsInvalid: false, requires_grad: true } ? GradientSpy.Watch(output, () => found ??= place) : null);
        }

        using var gradient = enable_grad();
        using var scope = NewDisposeScope();
        Run(inTraining: false, _ => { });
        Run(inTraining: true, outputs =>
        {
            place = "IAbsModel.Loss";
            _ = loss(outputs);
        });

        if (found is not null)
        {
            throw new AbsException(
                AbsCodes.GradientInForward,
                $"{char.ToUpperInvariant(found[0])}{found[1..]} computes gradients itself (autograd.grad or backward), which a search cannot follow: it replaces and rounds what layers give out. Leave the gradient out of what is searched, for example by a network that predicts it as an output.");
        }

        void Run(bool inTraining, Action<IReadOnlyList<Tensor>> use)
        {
            network.Module.train(inTraining);
            try
            {
                use(network.Call(inputs));
            }
#pragma warning disable CA1031 // What fails here fails again where the search runs a batch itself, and is told there.
            catch
#pragma warning restore CA1031
            {
            }
        }
    }
}
