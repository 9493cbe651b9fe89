using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Search.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Structure;

/// <summary>A layer of a network that a search compresses, as a probe run saw it.</summary>
/// <param name="Shape">Its name, kind and sizes.</param>
/// <param name="Kind">What is special to layers of its kind, or to this weight of the module.</param>
/// <param name="Module">The layer itself, or the module that has the weight.</param>
/// <param name="Weight">Its weight, as <see cref="Layout"/> says.</param>
/// <param name="Bias">Its bias, <c>[filters]</c>, if it has one.</param>
/// <param name="Calls">How often the network calls it.</param>
internal sealed record WeightedLayer(LayerShape Shape, LayerKind Kind, Module Module, Parameter Weight, Parameter? Bias, int Calls)
{
    /// <summary>The dimension of inputs that counts channels or features, from the end; null where inputs are no activations.</summary>
    public int? ChannelDimension { get; } = Kind.ChannelDimensionOf(Module);

    /// <summary>The dimension of outputs that counts filters, from the end.</summary>
    public int FilterDimension { get; } = Kind.FilterDimensionOf(Module);

    /// <summary>How many matrices of as many filters each the weight holds, one below the other.</summary>
    public int Matrices { get; } = Kind.MatricesIn(Module);

    /// <summary>Where the weight keeps its filters.</summary>
    public WeightLayout Layout { get; } = Kind.LayoutOf(Module);

    /// <summary>
    /// Whether each filter stays and goes with the one input channel it sees, as in a depthwise convolution: on a channel
    /// of zeros it gives nothing but its bias. A layer that is called again has inputs that need not go together.
    /// </summary>
    public bool IsTied => Shape.Groups > 1 && Shape.Groups == Shape.InputChannels && Calls == 1;

    /// <summary>Whether its filters can go where nothing in the network keeps them.</summary>
    public bool CanPrune { get; } = Kind.CanPrune(Module);

    /// <summary>The input channel that a filter of a tied layer sees.</summary>
    public int InputOf(int filter) => filter / (Shape.Filters / Shape.Groups);

    /// <summary>Looks at a layer.</summary>
    /// <param name="layer">A module of a <see cref="LayerKind"/>.</param>
    /// <param name="calls">How often the network calls it.</param>
    /// <param name="uses">How often an example uses each of its weights.</param>
    public static WeightedLayer Of(KnownModule layer, int calls, long uses)
    {
        var (kind, module) = ((LayerKind)layer.Kind, layer.Module);
        var (weight, bias, layout) = (kind.WeightOf(module), kind.BiasOf(module), kind.LayoutOf(module));
        var sizes = layout.ToFilters(weight.detach()).shape;
        var shape = new LayerShape
        {
            Name = layer.LayerName,
            Kind = kind.NameOf(module),
            Filters = checked((int)sizes[0]),
            InputChannels = checked((int)(sizes[1] * layout.Groups)),
            Groups = layout.Groups,
            KernelSize = checked((int)sizes[2..].Aggregate(1L, (product, side) => product * side)),
            Positions = uses,
            HasBias = bias is not null,
        };
        return new WeightedLayer(shape, kind, module, weight, bias, calls);
    }
}
