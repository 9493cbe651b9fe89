using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Hooks;
using AbsBuildTasks.Search.Layers;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace AbsBuildTasks.Search.Structure;

/// <summary>What a network runs for one example.</summary>
/// <param name="Order">The layers that ran, in the order of their first calls.</param>
/// <param name="Uses">How often each of them is called, and how often each of its weights is used.</param>
/// <param name="Others">The same for other examples.</param>
/// <param name="Uncounted">Modules of which it cannot be told.</param>
internal sealed record OneInference(
    IReadOnlyList<KnownModule> Order,
    IReadOnlyDictionary<KnownModule, (int Calls, long Positions)> Uses,
    IReadOnlyList<IReadOnlyDictionary<KnownModule, (int Calls, long Positions)>> Others,
    IReadOnlySet<Module> Uncounted)
{
    // Beside the first one: what an inference costs must not depend on the data.
    private const int OtherExamples = 15;

    /// <summary>Whether a layer runs alike for other examples.</summary>
    public bool IsSteady(KnownModule layer) => Others.All(others => others.TryGetValue(layer, out var other) && other == Uses[layer]);

    /// <summary>Runs a network on one example.</summary>
    /// <param name="network">The network, in evaluation mode.</param>
    /// <param name="layers">The layers to look at.</param>
    /// <param name="examples">Real examples, each input <c>[N, …]</c>.</param>
    /// <exception cref="AbsException">ABS2004: the network fails on the examples.</exception>
    public static OneInference Of(ModelNetwork network, IReadOnlyList<KnownModule> layers, IReadOnlyList<Tensor> examples) => OneExample.Of(
        examples,
        batch => Look(network, layers, batch) with
        {
            Others = [.. Enumerable.Range(1, (int)Math.Min(examples[0].shape[0] - 1, OtherExamples)).Select(i => Look(network, layers, OneExample.Some(examples, i)).Uses)],
        },
        batch => Look(network, layers, batch),
        (two, four) => two with
        {
            Uses = two.Uses.ToDictionary(pair => pair.Key, pair => (pair.Value.Calls, OneExample.Count(pair.Value.Positions, four.Uses.GetValueOrDefault(pair.Key).Positions))),
        });

    /// <summary>Runs a network on a batch.</summary>
    /// <param name="network">As above.</param>
    /// <param name="layers">As above.</param>
    /// <param name="batch">The batch.</param>
    /// <exception cref="AbsException">ABS2004: the network fails on it.</exception>
    public static OneInference Look(ModelNetwork network, IReadOnlyList<KnownModule> layers, IReadOnlyList<Tensor> batch)
    {
        var uses = new Dictionary<KnownModule, (int Calls, long Positions)>();
        var (order, uncounted) = (new List<Module>(), new HashSet<Module>());
        using var hooks = new HookSet();
        foreach (var layer in layers)
        {
            hooks.AfterCall(layer.Module, (inputs, outputs) =>
            {
                UnbatchedInput.Refuse(layer, inputs[0]!);
                if (!order.Contains(layer.Module))
                {
                    order.Add(layer.Module);
                }

                if (layer.Kind is LayerKind kind && !kind.CanCount(inputs))
                {
                    _ = uncounted.Add(layer.Module);
                }

                var (calls, positions) = uses.GetValueOrDefault(layer);
                uses[layer] = (calls + 1, positions + layer.Kind.UsesIn(layer.Module, inputs, outputs));
                return null;
            });
        }

        NetworkProbe.RunOnce(network, batch);

        // Torch runs hooks of one module in any order.
        return new OneInference([.. layers.Where(uses.ContainsKey).OrderBy(layer => order.IndexOf(layer.Module))], uses, [], uncounted);
    }
}
