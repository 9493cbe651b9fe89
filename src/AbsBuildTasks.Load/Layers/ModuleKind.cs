using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>A kind of module whose parameters a search replaces while it runs: a layer that it compresses, or a normalisation.</summary>
internal abstract class ModuleKind : IModuleRow
{
    /// <summary>Whether a module is of this kind; all else is asked of such modules only.</summary>
    public abstract bool Is(Module module);

    /// <inheritdoc />
    public IReadOnlyList<ModuleKind> KindsOf(Module module) => [this];

    /// <summary>The weight, or the scale of a normalisation; null where it has none.</summary>
    public abstract Parameter? WeightOf(Module module);

    /// <summary>The bias, or the shift of a normalisation; null where it has none.</summary>
    public abstract Parameter? BiasOf(Module module);

    /// <summary>
    /// Lets a module compute with other tensors, for the time of one call: an unmodified module so runs on quantised weights,
    /// while gradients reach the original parameters.
    /// </summary>
    /// <remarks>TorchSharp's public setters dispose what they replace; hence its fields.</remarks>
    /// <param name="module">The module.</param>
    /// <param name="weight">What stands in the weight's place.</param>
    /// <param name="bias">Likewise; null for a module without bias.</param>
    public abstract void Swap(Module module, Parameter? weight, Parameter? bias);

    /// <summary>How often a call uses each weight, wherever the network has put its examples by then.</summary>
    /// <param name="module">The module.</param>
    /// <param name="inputs">What goes in.</param>
    /// <param name="outputs">What comes out.</param>
    public abstract long UsesIn(Module module, IReadOnlyList<Tensor?> inputs, IReadOnlyList<Tensor?> outputs);

    /// <summary>Places of a tensor: its values of one channel.</summary>
    /// <param name="values">Any shape.</param>
    /// <param name="channelDimension">The dimension that counts channels; from the end where it is negative.</param>
    protected static long Places(Tensor values, int channelDimension) =>
        values.numel() / values.shape[channelDimension < 0 ? values.dim() + channelDimension : channelDimension];
}
