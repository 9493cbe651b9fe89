using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Native;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Structure;

/// <summary>The weighted and normalising layers of a network, found by running it once.</summary>
/// <param name="Layers">Weighted layers in the order of their first call.</param>
/// <param name="Norms">Normalising layers that were called.</param>
/// <param name="Rest">Whatever else has parameters or multiplies: it stays as it is, and is counted with the bits that it runs at.</param>
internal sealed record NetworkProbe(IReadOnlyList<WeightedLayer> Layers, IReadOnlyList<NormLayer> Norms, IReadOnlyList<RestPlan> Rest)
{
    // Of a batch; layers that few examples reach are looked for in several.
    private const int SomeExamples = 8;

    /// <summary>Modules whose multiply-accumulates cannot be counted, as they never ran through <c>call()</c>.</summary>
    public IReadOnlyList<string> Unseen { get; init; } = [];

    /// <summary>What of the rest is worth naming to a user.</summary>
    public IReadOnlyList<RestPlan> Named { get; init; } = [];

    /// <summary>Why parts of the rest take no part, by the names of modules and parameters, where the look at the network told.</summary>
    public IReadOnlyDictionary<string, string> Causes { get; init; } = new Dictionary<string, string>();

    /// <summary>What is worth naming, in words.</summary>
    public IReadOnlyList<string> LeftAlone => [.. Named.Select(Words)];

    /// <summary>A part of the rest in words, with why it is one: <c>scale (Parameter: not float32)</c>.</summary>
    public string Words(RestPlan part) => $"{part.Name} ({part.Kind}: {LeftAloneCause.Of(part, Causes)})";

    /// <summary>Runs a network on examples to see which layers it has and what passes through them.</summary>
    /// <param name="network">Any network; left in evaluation mode.</param>
    /// <param name="examples">Real examples, each input <c>[N, …]</c>.</param>
    /// <param name="kinds">The kinds of layers to look for; all by default.</param>
    /// <exception cref="AbsException">
    /// ABS2003: a layer is not registered, or was not run by <c>call()</c>. ABS2004: the network fails on the examples. ABS2008: no weighted
    /// layer. ABS2010: a layer that cannot be compressed.
    /// </exception>
    public static NetworkProbe Run(ModelNetwork network, IReadOnlyList<Tensor> examples, LayerKinds? kinds = null)
    {
        kinds ??= LayerKinds.All;
        UnregisteredLayers.Refuse(network.Module);
        SharedWeights.Refuse(network.Module, kinds);
        var candidates = Candidates(network.Module, kinds);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        network.Module.eval();
        var seen = OneInference.Of(network, candidates, examples);
        var asTheyAre = candidates.Where(candidate => candidate.Kind is LayerKind { MayRunUnseen: true } && !seen.Uses.ContainsKey(candidate)).Select(candidate => candidate.Module).ToHashSet();
        var causes = candidates.Where(candidate => asTheyAre.Contains(candidate.Module) || seen.Uncounted.Contains(candidate.Module))
            .DistinctBy(candidate => candidate.Name)
            .ToDictionary(candidate => candidate.Name, candidate => asTheyAre.Contains(candidate.Module) ? LeftAloneCause.NotCalled : LeftAloneCause.SeveralLengths, StringComparer.Ordinal);
        asTheyAre.UnionWith(seen.Uncounted);
        foreach (var candidate in candidates.Where(candidate => !asTheyAre.Contains(candidate.Module)))
        {
            if (!seen.Uses.ContainsKey(candidate))
            {
                throw Missed(candidate, network, examples);
            }

            if (candidate.Kind is LayerKind && !seen.IsSteady(candidate))
            {
                throw DependsOnData(candidate);
            }
        }

        var layers = seen.Order.Where(module => module.Kind is LayerKind && !asTheyAre.Contains(module.Module))
            .Select(layer => WeightedLayer.Of(layer, seen.Uses[layer].Calls, seen.Uses[layer].Positions))
            .ToArray();
        if (layers.Length == 0)
        {
            throw new AbsException(AbsCodes.NothingToCompress, "The network has no layer whose weights can be compressed, such as a convolution, a linear or a recurrent layer; check what CreateNetwork returns.");
        }

        var norms = seen.Order.Where(module => module.Kind is NormKind)
            .Select(norm => new NormLayer(norm.Name, (NormKind)norm.Kind, norm.Module, seen.Uses[norm].Calls));
        var run = RestRun.Of(network, layers, examples);
        layers = [.. layers, .. OwnParameterLayers.Of(network, kinds, layers, examples, (name, cause) => causes[name] = cause)];
        var rest = LeftAloneLayers.Of(network.Module, layers, run);
        return new NetworkProbe(layers, [.. norms], rest)
        {
            Causes = causes,
            Named = [.. rest.Where(part => LeftAloneLayers.IsNamed(part) && (!LeftAloneLayers.IsOwn(part) || OwnParameterLayers.IsLarge(part.Parameters, network.Module)))],
            Unseen = [.. network.Module.named_modules().Where(pair => NativeMacs.IsKnown(pair.module) && !run.Macs.ContainsKey(pair.module)).Select(pair => pair.name)],
        };
    }

    /// <summary>The same with what is known of the layers' times. Parameters that no layer has take none of their own.</summary>
    /// <param name="timesOf">Tells a layer's times.</param>
    /// <exception cref="AbsException">ABS1045: a layer cannot be measured.</exception>
    public NetworkProbe Timed(Func<LayerShape, LayerTimes> timesOf)
    {
        return this with { Layers = [.. Layers.Select(layer => layer.Kind.HasCall ? Timed(layer) : layer)] };

        WeightedLayer Timed(WeightedLayer layer) => layer.Kind.IsMeasured
            ? layer with { Shape = layer.Shape with { Times = timesOf(layer.Shape) } }
            : throw new AbsException(
                AbsCodes.NotMeasurable,
                $"No operator of ONNX stands for layer '{layer.Shape.Name}' ({layer.Shape.Kind}), so that it cannot be measured, and no budget of latency can be kept; limit bops and size instead.");
    }

    private static AbsException Missed(KnownModule layer, ModelNetwork network, IReadOnlyList<Tensor> examples)
    {
        for (var first = 0; first < examples[0].shape[0]; first += SomeExamples)
        {
            if (OneInference.Look(network, [layer], [.. examples.Select(input => input[TensorIndex.Slice(first, first + SomeExamples)])]).Uses.Count > 0)
            {
                return DependsOnData(layer);
            }
        }

        return new AbsException(
            AbsCodes.LayerNotCalled,
            $"Layer '{layer.Name}' ({layer.Module.GetType().Name}) never ran through call() in evaluation mode, so the search cannot see it; in the network's forward, write {layer.Name}.call(x) instead of {layer.Name}.forward(x), or remove the layer if it is not used, or only in training. If it runs for few examples only (for none of {examples[0].shape[0]} here), run it for each, and weigh what it gives.");
    }

    private static AbsException DependsOnData(KnownModule layer) => new(
        AbsCodes.UnsupportedLayer,
        $"Layer '{layer.Name}' ({layer.Module.GetType().Name}) does not run alike for all examples, so that what an inference costs depends on the data and no budget can be kept; run all layers for each example, and weigh what they give.");

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

    private static List<KnownModule> Candidates(Module network, LayerKinds kinds)
    {
        // A module may have several names, and several weights.
        var names = new Dictionary<Module, string>();
        var found = new List<KnownModule>();
        foreach (var known in kinds.In(network).Where(known => known.Kind is not LayerKind { HasCall: false }))
        {
            if (known.Kind is LayerKind && known.Module.parameters().Any(parameter => parameter.dtype != ScalarType.Float32))
            {
                throw new AbsException(AbsCodes.UnsupportedLayer, $"Layer '{known.Name}' ({known.Module.GetType().Name}) does not compute in single precision, which compression starts from; make the network of float32 layers.");
            }

            if (names.TryAdd(known.Module, known.Name) || names[known.Module] == known.Name)
            {
                found.Add(known);
            }
        }

        return found;
    }
}
