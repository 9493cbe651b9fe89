using AbsBuildTasks.Search.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace AbsBuildTasks.Search.Structure;

/// <summary>The parameters that no layer has, and that take part all the same.</summary>
internal static class OwnParameterLayers
{
    // Of all parameters one thousandth: at 32 bits, it is a hundredth of a network of a tenth of the size.
    private const int LeastShare = 1000;

    /// <summary>Those that make a share of the network worth bits of their own, in the order of the network's modules.</summary>
    /// <param name="network">The network, in evaluation mode.</param>
    /// <param name="kinds">The kinds of layers to look for.</param>
    /// <param name="layers">The layers that run.</param>
    /// <param name="examples">Real examples, each input <c>[N, …]</c>.</param>
    /// <param name="leave">Told the name of each that stays as it is, and why.</param>
    public static WeightedLayer[] Of(ModelNetwork network, LayerKinds kinds, IReadOnlyList<WeightedLayer> layers, IReadOnlyList<Tensor> examples, Action<string, string> leave)
    {
        var module = network.Module;
        var own = kinds.In(module).Where(known => known.Kind is LayerKind { HasCall: false }).ToArray();
        if (own.Length == 0)
        {
            return [];
        }

        // What lies in the memory of another tensor would change with it.
        var taken = layers.SelectMany(layer => new[] { layer.Weight, layer.Bias }).OfType<Parameter>().Select(parameter => parameter.Handle).ToHashSet();
        var shared = network.Overlapping ?? SharedWeights.Overlapping(module);
        var overlapping = module.named_parameters().Where(pair => shared.Contains(pair.name)).Select(pair => pair.parameter.Handle).ToHashSet();
        WeightedLayer[] able =
        [
            .. own.Select(known => WeightedLayer.Of(known, calls: 0, uses: 0))
                .Where(layer => taken.Add(layer.Weight.Handle) && Takes(layer, Cause(layer.Weight))),
        ];
        if (able.Length == 0)
        {
            return [];
        }

        var used = OutputParameters.Of(network, [.. able.Select(layer => layer.Weight)], examples);
        return [.. able.Where(layer => Takes(layer, used.Contains(layer.Weight.Handle) ? null : LeftAloneCause.NotInOutputs))];

        string? Cause(Parameter weight) =>
            overlapping.Contains(weight.Handle) ? LeftAloneCause.InOthersMemory
            : !weight.is_contiguous() ? LeftAloneCause.View
            : !IsLarge(weight.numel(), module) ? LeftAloneCause.Small
            : null;

        bool Takes(WeightedLayer layer, string? cause)
        {
            if (cause is not null)
            {
                leave(layer.Shape.Name, cause);
            }

            return cause is null;
        }
    }

    /// <summary>Whether so many values are a share of a network that counts.</summary>
    public static bool IsLarge(long values, Module network) => checked(values * LeastShare) >= network.parameters().DistinctBy(parameter => parameter.Handle).Sum(parameter => parameter.numel());
}
