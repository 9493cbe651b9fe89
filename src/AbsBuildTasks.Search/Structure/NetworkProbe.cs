using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Kinds = TorchSharp.Modules;

namespace AbsBuildTasks.Search.Structure;

/// <summary>The weighted and normalising layers of a network, found by running it once.</summary>
/// <param name="Layers">Weighted layers in the order of their first call.</param>
/// <param name="Norms">Normalising layers that were called.</param>
/// <param name="LeftAlone">What has weights that are neither compressed nor counted: recurrent layers, attention, embeddings, parameters of the network's own.</param>
internal sealed record NetworkProbe(IReadOnlyList<WeightedLayer> Layers, IReadOnlyList<NormLayer> Norms, IReadOnlyList<string> LeftAlone)
{
    /// <summary>Runs a network on an example to see which layers it has and what passes through them.</summary>
    /// <param name="network">Any network; left in evaluation mode.</param>
    /// <param name="example">A batch, each input <c>[N, …]</c>.</param>
    /// <exception cref="AbsException">
    /// ABS2003: a layer is not registered, or was not run by <c>call()</c>. ABS2004: the network fails on the example. ABS2008: no weighted
    /// layer. ABS2010: a layer that cannot be compressed.
    /// </exception>
    public static NetworkProbe Run(ModelNetwork network, IReadOnlyList<Tensor> example)
    {
        UnregisteredLayers.Refuse(network.Module);
        SharedWeights.Refuse(network.Module);
        var candidates = Candidates(network.Module);
        var seen = new Dictionary<Module, (int Calls, long Positions)>();
        var order = new List<Module>();
        using (var hooks = new HookSet())
        {
            foreach (var (_, module) in candidates)
            {
                hooks.After(module, (_, input, output) =>
                {
                    if (seen.TryAdd(module, default))
                    {
                        order.Add(module);
                    }

                    var (calls, positions) = seen[module];
                    seen[module] = (calls + 1, positions + Positions(module, input, output, example[0]));
                    return null;
                });
            }

            using var noGradient = no_grad();
            using var scope = NewDisposeScope();
            network.Module.eval();
            RunOnce(network, example);
        }

        var missed = candidates.FirstOrDefault(candidate => !seen.ContainsKey(candidate.Module));
        if (missed.Module is not null)
        {
            throw new AbsException(
                AbsCodes.LayerNotCalled,
                $"Layer '{missed.Name}' ({missed.Module.GetType().Name}) never ran through call() in evaluation mode, so the search cannot see it; in the network's forward, write {missed.Name}.call(x) instead of {missed.Name}.forward(x), or remove the layer if it is not used, or only in training.");
        }

        var names = candidates.ToDictionary(candidate => (Module)candidate.Module, candidate => candidate.Name);
        var layers = order.Where(module => module is not NormBase)
            .Select(module => Describe(names[module], (Module<Tensor, Tensor>)module, seen[module]))
            .ToArray();
        if (layers.Length == 0)
        {
            throw new AbsException(AbsCodes.NothingToCompress, "The network has no convolution or linear layer, so there is nothing to compress; check what CreateNetwork returns.");
        }

        return new NetworkProbe(layers, [.. order.OfType<NormBase>().Select(norm => new NormLayer(names[norm], norm, seen[norm].Calls))], LeftAloneLayers.Of(network.Module));
    }

    /// <summary>Runs a batch for the first time, where mistakes of network and data show.</summary>
    /// <exception cref="AbsException">ABS2004: the network fails on the batch.</exception>
    internal static void RunOnce(ModelNetwork network, IReadOnlyList<Tensor> example)
    {
        try
        {
            _ = network.Call(example);
        }
        catch (Exception exception) when (exception is not AbsException && !DeviceMemory.IsExhausted(exception))
        {
            // Torch appends its native stack trace.
            var message = exception.Message.Split('\n')[0].Trim().TrimEnd('.');
            throw new AbsException(
                AbsCodes.ModelCodeFailed,
                $"The network fails on a batch of shape {string.Join(" and ", example.Select(input => $"[{string.Join(", ", input.shape)}]"))}: {message}. Check that CreateNetwork and the inputs of LoadData fit each other.",
                exception);
        }
    }

    private static List<(string Name, Module<Tensor, Tensor> Module)> Candidates(Module network)
    {
        var seen = new HashSet<Module>();
        var found = new List<(string, Module<Tensor, Tensor>)>();
        foreach (var (name, module) in network.named_modules())
        {
            if (module is Convolution or Kinds.Linear && module.parameters().Any(parameter => parameter.dtype != ScalarType.Float32))
            {
                throw new AbsException(AbsCodes.UnsupportedLayer, $"Layer '{name}' ({module.GetType().Name}) does not compute in single precision, which compression starts from; make the network of float32 layers.");
            }

            if (module is Convolution or Kinds.Linear or NormBase && seen.Add(module))
            {
                found.Add((name, (Module<Tensor, Tensor>)module));
            }
        }

        return found;
    }

    /// <summary>How often one example uses each weight, wherever the network has put its examples by then.</summary>
    private static long Positions(Module module, Tensor input, Tensor output, Tensor batch)
    {
        var places = module is Convolution { transposed: true } ? input : output;
        var channels = module is Kinds.Linear ? places.shape[^1] : places.shape[1];
        return places.numel() / (batch.shape[0] * channels);
    }

    private static WeightedLayer Describe(string name, Module<Tensor, Tensor> module, (int Calls, long Positions) seen)
    {
        var (weight, bias) = module switch
        {
            Convolution convolution => (convolution.weight, convolution.bias),
            Kinds.Linear linear => (linear.weight, linear.bias),
            _ => throw new ArgumentException($"A {module.GetType().Name} has no weight.", nameof(module)),
        };
        var layout = WeightLayout.Of(module);
        var sizes = layout.ToFilters(weight!.detach()).shape;
        var shape = new LayerShape
        {
            Name = name,
            Kind = module.GetType().Name,
            Filters = checked((int)sizes[0]),
            InputChannels = checked((int)(sizes[1] * layout.Groups)),
            Groups = layout.Groups,
            KernelSize = checked((int)sizes[2..].Aggregate(1L, (product, side) => product * side)),
            Positions = seen.Positions,
            HasBias = bias is not null,
        };
        return new WeightedLayer(shape, module, weight, bias, seen.Calls);
    }
}
