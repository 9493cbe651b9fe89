using AbsBuildTasks.Search.Hooks;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace AbsBuildTasks.Search.Structure;

/// <summary>What an inference runs of modules whose parts need not all be layers.</summary>
/// <param name="Macs">Multiply-accumulates of modules that are one call inside torch, matrices that are layers among them; without modules that never ran.</param>
/// <param name="Folded">Batch normalisations that see what a layer gives and nothing else: a delivered file has them in the layer.</param>
internal sealed record RestRun(IReadOnlyDictionary<Module, long> Macs, IReadOnlySet<Module> Folded)
{
    /// <summary>Runs a network on one example.</summary>
    /// <param name="network">The network, in evaluation mode.</param>
    /// <param name="layers">Its layers.</param>
    /// <param name="examples">Real examples, each input <c>[N, …]</c>.</param>
    public static RestRun Of(ModelNetwork network, IReadOnlyList<WeightedLayer> layers, IReadOnlyList<Tensor> examples) => OneExample.Of(
        examples,
        batch => Look(network, layers, batch),
        batch => Look(network, layers, batch),
        (two, four) => two with { Macs = two.Macs.ToDictionary(pair => pair.Key, pair => OneExample.Count(pair.Value, four.Macs.GetValueOrDefault(pair.Key))) });

    private static RestRun Look(ModelNetwork network, IReadOnlyList<WeightedLayer> layers, IReadOnlyList<Tensor> batch)
    {
        var macs = new Dictionary<Module, long>();
        using (var hooks = new HookSet())
        {
            Watch(network.Module, hooks, macs);
            NetworkProbe.RunOnce(network, batch);
        }

        using var outputs = new LayerOutputs(network, layers, batch);
        return new RestRun(macs, outputs.Folded());
    }

    private static void Watch(Module network, HookSet hooks, Dictionary<Module, long> macs)
    {
        foreach (var module in network.modules().Append(network).Distinct().Where(NativeMacs.IsKnown))
        {
            hooks.AfterCall(module, (inputs, _) =>
            {
                macs[module] = macs.GetValueOrDefault(module) + NativeMacs.Of(module, inputs);
                return null;
            });
        }
    }
}
