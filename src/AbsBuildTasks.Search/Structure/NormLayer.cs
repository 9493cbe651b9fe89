using AbsBuildTasks.Search.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Structure;

/// <summary>A normalisation that treats each channel by itself: batch or instance normalisation.</summary>
/// <param name="Name">The layer's path in the network.</param>
/// <param name="Kind">What is special to normalisations of its kind.</param>
/// <param name="Module">The layer itself.</param>
/// <param name="Calls">How often the network calls it.</param>
internal sealed record NormLayer(string Name, NormKind Kind, Module Module, int Calls)
{
    /// <summary>γ, <c>[channels]</c>, where the layer is affine.</summary>
    public Parameter? Weight { get; } = Kind.WeightOf(Module);

    /// <summary>β, <c>[channels]</c>, where the layer is affine.</summary>
    public Parameter? Bias { get; } = Kind.BiasOf(Module);

    /// <summary>The number of channels.</summary>
    public int Channels { get; } = Kind.ChannelsOf(Module);
}
