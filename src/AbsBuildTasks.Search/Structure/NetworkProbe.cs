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
    // Of a batch; layers that few examples reach are looked for in several.
    private const int SomeExamples = 8;

    /// <summary>Runs a network on examples to see which layers it has and what passes through them.</summary>
    /// <param name="network">Any network; left in evaluation mode.</param>
    /// <param name="examples">Real examples, each input <c>[N, …]</c>.</param>
    /// <exception cref="AbsException">
    /// ABS2003: a layer is not registered, or was not run by <c>call()</c>. ABS2004: the network fails on the examples. ABS2008: no weighted
    /// layer. ABS2010: a layer that cannot be compressed.
    /// </exception>
    public static NetworkProbe Run(ModelNetwork network, IReadOnlyList<Tensor> examples)
    {
        UnregisteredLayers.Refuse(network.Module);
        SharedWeights.Refuse(network.Module);
        var candidates = Candidates(network.Module);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        network.Module.eval();
        var seen = OneInference.Of(network, [.. candidates.Select(candidate => candidate.Module)], examples);
        foreach (var (name, module) in candidates)
        {
            if (!seen.Uses.ContainsKey(module))
            {
                throw Missed(name, module, network, examples);
            }

            if (module is not NormBase && !seen.IsSteady(module))
            {
                throw DependsOnData(name, module);
            }
        }

        var names = candidates.ToDictionary(candidate => (Module)candidate.Module, candidate => candidate.Name);
        var layers = seen.Order.Where(module => module is not NormBase)
            .Select(module => Describe(names[module], module, seen.Uses[module]))
            .ToArray();
        if (layers.Length == 0)
        {
            throw new AbsException(AbsCodes.NothingToCompress, "The network has no convolution or linear layer, so there is nothing to compress; check what CreateNetwork returns.");
        }

        return new NetworkProbe(layers, [.. seen.Order.OfType<NormBase>().Select(norm => new NormLayer(names[norm], norm, seen.Uses[norm].Calls))], LeftAloneLayers.Of(network.Module));
    }

    private static AbsException Missed(string name, Module<Tensor, Tensor> module, ModelNetwork network, IReadOnlyList<Tensor> examples)
    {
        for (var first = 0; first < examples[0].shape[0]; first += SomeExamples)
        {
            if (OneInference.Look(network, [module], [.. examples.Select(input => input[TensorIndex.Slice(first, first + SomeExamples)])]).Uses.Count > 0)
            {
                return DependsOnData(name, module);
            }
        }

        return new AbsException(
            AbsCodes.LayerNotCalled,
            $"Layer '{name}' ({module.GetType().Name}) never ran through call() in evaluation mode, so the search cannot see it; in the network's forward, write {name}.call(x) instead of {name}.forward(x), or remove the layer if it is not used, or only in training.");
    }

    private static AbsException DependsOnData(string name, Module<Tensor, Tensor> module) => new(
        AbsCodes.UnsupportedLayer,
        $"Layer '{name}' ({module.GetType().Name}) does not run alike for all examples, so that what an inference costs depends on the data and no budget can be kept; run all layers for each example, and weigh what they give.");

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
            if (message.Contains("empty handle", StringComparison.Ordinal))
            {
                message += "; a tensor that forward keeps in a field from one call to the next must outlive the call, by DetachFromDisposeScope()";
            }

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
