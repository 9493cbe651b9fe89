using AbsBuildTasks.Search.Layers;
using TorchSharp.Modules;
using Module = TorchSharp.torch.nn.Module;

namespace AbsBuildTasks.Search.Structure;

/// <summary>The parameters that no layer has, and that take part all the same.</summary>
internal static class OwnParameterLayers
{
    // Of all parameters one thousandth: at 32 bits, it is a hundredth of a network of a tenth of the size.
    private const int LeastShare = 1000;

    /// <summary>Those that make a share of the network worth bits of their own, in the order of the network's modules.</summary>
    /// <param name="network">The network.</param>
    /// <param name="kinds">The kinds of layers to look for.</param>
    /// <param name="layers">The layers that run.</param>
    public static WeightedLayer[] Of(Module network, LayerKinds kinds, IReadOnlyList<WeightedLayer> layers)
    {
        var own = kinds.In(network).Where(known => known.Kind is LayerKind { HasCall: false }).ToArray();
        if (own.Length == 0)
        {
            return [];
        }

        // What lies in the memory of another tensor would change with it.
        var others = layers.SelectMany(layer => new[] { layer.Weight, layer.Bias }).OfType<Parameter>().Select(parameter => parameter.Handle)
            .Concat(SharedWeights.Overlapping(network))
            .ToHashSet();
        return
        [
            .. own.Select(known => WeightedLayer.Of(known, calls: 0, uses: 0))
                .Where(layer => layer.Weight.is_contiguous() && IsLarge(layer.Weight.numel(), network) && others.Add(layer.Weight.Handle)),
        ];
    }

    /// <summary>Whether so many values are a share of a network that counts.</summary>
    public static bool IsLarge(long values, Module network) => checked(values * LeastShare) >= network.parameters().DistinctBy(parameter => parameter.Handle).Sum(parameter => parameter.numel());
}
