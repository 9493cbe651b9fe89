using AbsBuildTasks.Search.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Which parameters a network's outputs depend on. Others are read by loss or metric alone, which run when a parameter has its
/// own values again: whatever bits it had, nobody would have measured them.
/// </summary>
internal static class OutputParameters
{
    // Small enough not to grow from layer to layer.
    private const double Small = 0.1;

    /// <summary>Runs the network with each parameter at other values.</summary>
    /// <param name="network">The network, in evaluation mode; its parameters are as before in the end.</param>
    /// <param name="parameters">Those that are asked for.</param>
    /// <param name="examples">Real examples, each input <c>[N, …]</c>.</param>
    /// <returns>The handles of those that the outputs depend on; of all where it cannot be told.</returns>
    public static IReadOnlySet<IntPtr> Of(ModelNetwork network, IReadOnlyList<Parameter> parameters, IReadOnlyList<Tensor> examples)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var kept = network.Module.parameters().DistinctBy(parameter => parameter.Handle).Where(parameter => parameter.is_floating_point()).Select(parameter => (Parameter: parameter, Value: parameter.detach().clone())).ToArray();
        try
        {
            // A factor that starts at zero hides what it is multiplied by, and will not stay there.
            foreach (var (parameter, value) in kept)
            {
                _ = parameter.copy_(where(value.eq(0), Wave(value) * Small, value));
            }

            Tensor[] before = [.. network.Call(examples).Select(output => output.clone())];
            return parameters.Where(parameter => DependsOn(network, parameter, examples, before)).Select(parameter => parameter.Handle).ToHashSet();
        }
#pragma warning disable CA1031 // Code of the model that need not bear other values.
        catch (Exception exception) when (exception is not OperationCanceledException && !DeviceMemory.IsExhausted(exception))
#pragma warning restore CA1031
        {
            return parameters.Select(parameter => parameter.Handle).ToHashSet();
        }
        finally
        {
            foreach (var (parameter, value) in kept)
            {
                _ = parameter.copy_(value);
            }
        }
    }

    private static bool DependsOn(ModelNetwork network, Parameter parameter, IReadOnlyList<Tensor> examples, Tensor[] before)
    {
        using var scope = NewDisposeScope();
        var value = parameter.detach().clone();
        _ = parameter.add_(Wave(value) + 1);
        var after = network.Call(examples);
        var isSame = after.Count == before.Length && before.Zip(after).All(pair => pair.First.shape.SequenceEqual(pair.Second.shape) && pair.First.isfinite().logical_and(pair.First.eq(pair.Second)).all().item<bool>());
        _ = parameter.copy_(value);
        return !isSame;
    }

    /// <summary>Values that differ from one another and are not zero, without a generator, whose numbers others would miss.</summary>
    private static Tensor Wave(Tensor like) => (arange(like.numel(), dtype: ScalarType.Float32, device: like.device) + 1).sin().reshape(like.shape).to(like.dtype);
}
