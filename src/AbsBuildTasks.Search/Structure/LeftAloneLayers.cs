using AbsBuildTasks.Plans.Documents;
using TorchSharp.Modules;
using Module = TorchSharp.torch.nn.Module;

namespace AbsBuildTasks.Search.Structure;

/// <summary>What of a network has parameters or multiplies, and belongs to no layer of the plan: it stays in full precision, and is counted so.</summary>
internal static class LeftAloneLayers
{
    private const string RestOf = "rest of ";

    /// <summary>
    /// Layers by name and kind, and parameters that a module of the network's author holds by name, in the order of the
    /// modules. Of a module whose matrices are layers what else it has: normalisations, products of queries with keys.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="layers">The plan's layers.</param>
    /// <param name="run">What an inference runs of all others.</param>
    public static RestPlan[] Of(Module network, IReadOnlyList<WeightedLayer> layers, RestRun run)
    {
        var counted = layers.SelectMany(layer => new[] { layer.Weight, layer.Bias }).OfType<Parameter>().Select(parameter => parameter.Handle).ToHashSet();
        var macs = layers.GroupBy(layer => layer.Module).ToDictionary(own => own.Key, own => own.Sum(layer => layer.Shape.Macs));
        return
        [
            .. network.named_modules().Prepend(("", network)).DistinctBy(pair => pair.Item2)
                .Where(pair => !run.Folded.Contains(pair.Item2))
                .SelectMany(pair => Of(pair.Item1, pair.Item2, run, macs, counted)),
        ];
    }

    /// <summary>Whether a user is to be told of a part: it has weights that could be compressed, and more than a normalisation.</summary>
    public static bool IsNamed(RestPlan part) => part.Parameters > 0 && !IsNorm(part) && !IsRestOfLayers(part);

    /// <summary>Whether a part is a parameter that no layer has, or some.</summary>
    public static bool IsOwn(RestPlan part) => part.Kind is nameof(Parameter) or nameof(ParameterList) or nameof(ParameterDict) or nameof(PReLU);

    /// <summary>Whether a part is a normalisation.</summary>
    public static bool IsNorm(RestPlan part) => part.Kind.Contains("Norm", StringComparison.Ordinal);

    /// <summary>Whether a part is what a module has beside its layers.</summary>
    public static bool IsRestOfLayers(RestPlan part) => part.Kind.StartsWith(RestOf, StringComparison.Ordinal);

    private static IEnumerable<RestPlan> Of(string name, Module module, RestRun run, Dictionary<Module, long> layers, HashSet<IntPtr> counted)
    {
        // What is one call inside torch has its parts there, too.
        (string Name, long Parameters)[] own =
        [
            .. module.named_parameters(recurse: !module.named_children().Any())
                .Where(pair => counted.Add(pair.parameter.Handle))
                .Select(pair => (pair.name, pair.parameter.numel())),
        ];
        if (module.GetType().Assembly != typeof(Module).Assembly)
        {
            return own.Select(parameter => new RestPlan { Name = name.Length > 0 ? $"{name}.{parameter.Name}" : parameter.Name, Kind = "Parameter", Parameters = parameter.Parameters, Macs = 0 });
        }

        var isLayers = layers.TryGetValue(module, out var theirs);
        var (kind, parameters, macs) = (module.GetType().Name, own.Sum(parameter => parameter.Parameters), Math.Max(0, run.Macs.GetValueOrDefault(module) - theirs));
        var path = name.Length > 0 ? name : kind;
        return parameters + macs == 0 ? [] : [new RestPlan { Name = isLayers ? path + ".rest" : path, Kind = isLayers ? RestOf + kind : kind, Parameters = parameters, Macs = macs }];
    }
}
