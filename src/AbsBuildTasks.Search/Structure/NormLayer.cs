using TorchSharp.Modules;

namespace AbsBuildTasks.Search.Structure;

/// <summary>A normalisation that treats each channel by itself: batch or instance normalisation.</summary>
/// <param name="Name">The layer's path in the network.</param>
/// <param name="Module">The layer itself.</param>
/// <param name="Calls">How often the network calls it.</param>
internal sealed record NormLayer(string Name, NormBase Module, int Calls)
{
    /// <summary>γ, <c>[channels]</c>, where the layer is affine.</summary>
    public Parameter? Weight { get; } = Module.affine ? Module.weight : null;

    /// <summary>β, <c>[channels]</c>, where the layer is affine.</summary>
    public Parameter? Bias { get; } = Module.affine ? Module.bias : null;

    /// <summary>The number of channels.</summary>
    public int Channels => checked((int)Module.num_features);
}
