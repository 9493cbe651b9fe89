using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Search.Hooks;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Structure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Profiling;

/// <summary>A layer and what one inference runs of it.</summary>
/// <param name="Shape">The layer.</param>
/// <param name="Calls">Its calls, in their order; none where no operator of ONNX stands for them.</param>
internal sealed record LayerCalls(LayerShape Shape, IReadOnlyList<LayerCall> Calls)
{
    /// <summary>Runs a network once to see the calls of its layers; parameters that no layer has have none.</summary>
    /// <param name="network">The network, in evaluation mode.</param>
    /// <param name="layers">Its layers.</param>
    /// <param name="example">A batch of one real example, each input <c>[1, …]</c>.</param>
    /// <exception cref="Plans.Errors.AbsException">ABS2004: the network fails on the example.</exception>
    public static IReadOnlyList<LayerCalls> Of(ModelNetwork network, IReadOnlyList<WeightedLayer> layers, IReadOnlyList<Tensor> example)
    {
        layers = [.. layers.Where(layer => layer.Kind.HasCall)];
        var calls = layers.ToDictionary(layer => layer, _ => new List<LayerCall>());
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using (var hooks = new HookSet())
        {
            foreach (var layer in layers)
            {
                hooks.AfterCall(layer.Module, (inputs, _) =>
                {
                    if (layer.Kind.CallOf(layer.Module, inputs[0]!) is { } call)
                    {
                        calls[layer].Add(call);
                    }

                    return null;
                });
            }

            NetworkProbe.RunOnce(network, example);
        }

        return [.. layers.Select(layer => new LayerCalls(layer.Shape, calls[layer]))];
    }

    /// <summary>The calls in a few words.</summary>
    public override string ToString() => string.Join(" + ", Calls);
}
