using AbsBuildTasks.Search.Hooks;
using AbsBuildTasks.Search.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Finds batch normalisations that alone read what a layer gives: a delivered file has them in the layer. It goes by the
/// values: whatever passes them on in between, such as dropout in evaluation, is not in a delivered file either.
/// </summary>
/// <param name="network">The network, in evaluation mode.</param>
/// <param name="layers">Its layers.</param>
/// <param name="batch">Examples.</param>
internal sealed class LayerOutputs(ModelNetwork network, IReadOnlyList<WeightedLayer> layers, IReadOnlyList<Tensor> batch) : IDisposable
{
    private readonly Dictionary<Module, Tensor> _latest = [];

    /// <summary>Runs the network, and looks.</summary>
    /// <exception cref="Plans.Errors.AbsException">ABS2004: the network fails on the examples.</exception>
    public IReadOnlySet<Module> Folded()
    {
        BatchNorm[] norms = [.. network.Module.modules().OfType<BatchNorm>().Where(norm => norm.track_running_stats).Distinct()];
        if (norms.Length == 0)
        {
            return new HashSet<Module>();
        }

        var (pairs, outputs) = Behind(norms);

        // Mostly all of them are; else each is looked at by itself.
        return (AreAlone(pairs, outputs) ? pairs : pairs.Where(pair => AreAlone([pair], outputs))).Select(pair => pair.Norm).ToHashSet<Module>();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var output in _latest.Values)
        {
            output.Dispose();
        }
    }

    /// <summary>Normalisations that run once, on what a layer gives that runs once, and no other normalisation gets.</summary>
    private ((BatchNorm Norm, WeightedLayer Layer)[] Pairs, IReadOnlyList<Tensor> Outputs) Behind(BatchNorm[] norms)
    {
        var sources = norms.ToDictionary(norm => norm, _ => new List<WeightedLayer?>());
        using var hooks = new HookSet();
        foreach (var layer in layers.Where(layer => layer.Calls == 1 && CanTake(layer)))
        {
            hooks.After(layer.Module, (_, output) =>
            {
                _latest[layer.Module] = output.detach().clone().DetachFromDisposeScope();
                return null;
            });
        }

        foreach (var norm in norms)
        {
            hooks.After(norm, (input, _) =>
            {
                sources[norm].Add(layers.FirstOrDefault(layer => _latest.TryGetValue(layer.Module, out var output) && IsSame(output, input)));
                return null;
            });
        }

        var outputs = network.Call(batch);
        var pairs = sources.Where(pair => pair.Value is [not null]).Select(pair => (Norm: pair.Key, Layer: pair.Value[0]!));
        return ([.. pairs.GroupBy(pair => pair.Layer).Where(same => same.Count() == 1).Select(same => same.First())], outputs);
    }

    /// <summary>Whether nothing else changes where layers give something else, and only their normalisations get what they gave.</summary>
    private bool AreAlone((BatchNorm Norm, WeightedLayer Layer)[] pairs, IReadOnlyList<Tensor> outputs)
    {
        using var scope = NewDisposeScope();
        using var hooks = new HookSet();
        foreach (var (norm, layer) in pairs)
        {
            hooks.After(layer.Module, (_, output) => output + 1);
            hooks.Before(norm, _ => _latest[layer.Module].clone());
        }

        return network.Call(batch).Zip(outputs).All(pair => IsSame(pair.First, pair.Second));
    }

    // As BatchNormFolding has it.
    private static bool CanTake(WeightedLayer layer) => layer.Kind is ConvolutionKind or LinearKind && (!layer.Layout.IsTransposed || layer.Layout.Groups == 1);

    private static bool IsSame(Tensor one, Tensor other)
    {
        using var scope = NewDisposeScope();
        return one.shape.SequenceEqual(other.shape) && one.eq(other).logical_or(one.isnan().logical_and(other.isnan())).all().item<bool>();
    }
}
