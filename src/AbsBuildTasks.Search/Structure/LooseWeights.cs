using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Weights that a network uses beside their layer, by a function or under another name: quantised and masked in the layer,
/// they would be as they are in the other place, and another network would come out of the compressed weights.
/// </summary>
internal static class LooseWeights
{
    private static readonly TraceDraw Draw = new(5);

    /// <summary>Fails where anything changes with a layer's parameters while all layers give noise.</summary>
    /// <exception cref="AbsException">ABS2010, naming the layer.</exception>
    public static void Refuse(NetworkProbe probe, TraceRun run)
    {
        var owners = probe.Layers.Where(layer => layer.Kind.HasCall).Select(layer => (layer.Shape.Name, Parameters: new[] { layer.Weight, layer.Bias }))
            .Concat(probe.Norms.Select(norm => (norm.Name, Parameters: new[] { norm.Weight, norm.Bias })))
            .ToArray();
        _ = run.Base(Draw, Noise);
        if (!Changes(owners))
        {
            return;
        }

        var name = owners.Select(owner => Changes([owner]) ? owner.Name : null).FirstOrDefault(found => found is not null) ?? string.Join("' or '", owners.Select(owner => owner.Name));
        throw new AbsException(
            AbsCodes.UnsupportedLayer,
            $"The network uses a parameter of layer '{name}' beside the layer, by a function, by forward() or in another layer, where it would not be compressed with it; call the layer for all of it, or give the other place a parameter of its own.");

        bool Changes((string Name, TorchSharp.Modules.Parameter?[] Parameters)[] some)
        {
            var parameters = some.SelectMany(owner => owner.Parameters).OfType<TorchSharp.Modules.Parameter>().ToArray();
            using var scope = NewDisposeScope();
            var values = parameters.Select(parameter => parameter.detach().clone()).ToArray();
            foreach (var parameter in parameters)
            {
                _ = parameter.uniform_(2, 3);
            }

            var sight = run.Compared(Noise);
            for (var i = 0; i < values.Length; i++)
            {
                _ = parameters[i].copy_(values[i]);
            }

            return sight.ReachesOutput || sight.Touched.Any(channels => channels.Contains(true));
        }

        FilterFeed[] Noise(int layer) => [.. Enumerable.Repeat(FilterFeed.Noise, probe.Layers[layer].Shape.Filters)];
    }
}
