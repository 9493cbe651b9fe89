using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>
/// A kind of layer that a search compresses. All that is special to it stands here: a new kind is a class of its own and a
/// row in <see cref="LayerKinds.All"/>.
/// </summary>
/// <remarks>
/// The first tensor that goes into a layer is its input; the first that comes out holds its filters' results. A
/// weights file stores the weight by the layer's name, as <see cref="LayoutOf"/> arranges it.
/// </remarks>
internal abstract class LayerKind : ModuleKind
{
    /// <summary>A layer's kind in plans: <c>Conv2d</c>.</summary>
    public virtual string NameOf(Module layer) => layer.GetType().Name;

    /// <inheritdoc />
    public abstract override Parameter WeightOf(Module module);

    /// <summary>Where the weight keeps its filters.</summary>
    public abstract WeightLayout LayoutOf(Module layer);

    /// <summary>The dimension of outputs that counts filters, from the end, as there need not be a batch.</summary>
    public abstract int FilterDimensionOf(Module layer);

    /// <summary>
    /// The dimension of inputs that counts channels or features, from the end; null where the input holds no activations but
    /// an index for example, which is neither quantised nor ever zero.
    /// </summary>
    public virtual int? ChannelDimensionOf(Module layer) => FilterDimensionOf(layer);

    /// <summary>Whether single filters can go where nothing in the network keeps them; a layer may feed them back to itself.</summary>
    public virtual bool CanPrune => true;

    /// <summary>One call of a layer as an operator of ONNX, to be measured; null for layers that none stands for.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">What goes in.</param>
    public virtual LayerCall? CallOf(Module layer, Tensor input) => null;

    /// <inheritdoc />
    public override long UsesIn(Module module, IReadOnlyList<Tensor?> inputs, IReadOnlyList<Tensor?> outputs) => Places(outputs[0]!, FilterDimensionOf(module));
}
