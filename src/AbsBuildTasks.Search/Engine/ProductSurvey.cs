using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.OnnxExport;
using AbsBuildTasks.Search.OnnxExport.Operators;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Tracing;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Finds the products of activations in a model's network by recording a run. Runs where TorchSharp tells of its native calls.</summary>
internal static class ProductSurvey
{
    // Two batches of three and seven examples.
    private const int Examples = 10;

    /// <summary>The products.</summary>
    /// <param name="model">The model project's contract.</param>
    /// <param name="context">Resolves the paths of its data.</param>
    /// <param name="examples">Real examples on the processor, each input <c>[N, …]</c>.</param>
    /// <param name="quantizesSums">Whether what will run the network runs products of activations on integers, where they can be.</param>
    /// <param name="loadsData">Whether the model loads its data first: what its Forward reads may be set then.</param>
    /// <exception cref="AbsException">ABS6001: the network cannot be recorded.</exception>
    public static IReadOnlyList<RestPlan> Of(IAbsModel model, ModelContext context, IReadOnlyList<Tensor> examples, bool quantizesSums, bool loadsData)
    {
        var own = CheckedModel.Of(model, context, (_, _) => { });
        using var module = own.CreateNetwork();
        using var scope = NewDisposeScope();
        _ = loadsData ? own.LoadData(context) : null;
        return Of(new ModelNetwork(module, own.Forward), examples, quantizesSums);
    }

    /// <summary>The products of a network.</summary>
    /// <param name="network">The network, on the processor.</param>
    /// <param name="examples">Real examples, each input <c>[N, …]</c>.</param>
    /// <param name="quantizesSums">As above.</param>
    /// <exception cref="AbsException">ABS6001: the network cannot be recorded.</exception>
    public static IReadOnlyList<RestPlan> Of(ModelNetwork network, IReadOnlyList<Tensor> examples, bool quantizesSums)
    {
        var probe = NetworkProbe.Run(network, examples);
        // What others are multiplied with nobody else counts.
        var layers = probe.Layers.Where(layer => layer.Kind.HasCall).Select(layer => layer.Weight.Handle).ToHashSet();
        var names = network.Module.named_parameters().Where(pair => layers.Contains(pair.parameter.Handle)).Select(pair => pair.name).ToHashSet(StringComparer.Ordinal);
        using var paths = new ModulePaths(network.Module);
        var few = examples.Select(input => input.narrow(0, 0, Math.Min(input.shape[0], Examples))).ToArray();
        var graph = NetworkTrace.Of(network.Module, network.Call, few, OperatorTable.Has, () => paths.Current);
        var integers = quantizesSums ? IntegerProducts.Of(graph) : new HashSet<TracedNode>();
        return ActivationProducts.Of(graph, names.Contains, [.. probe.Layers.Select(layer => layer.Shape.Name), .. probe.Rest.Select(part => part.Name)], node => integers.Contains(node) ? LayerTimes.IntegerBits : CostModel.FullPrecisionBits);
    }
}
