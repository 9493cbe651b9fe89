using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>
/// A kind of layer that a search compresses. All that is special to it stands here: a new kind is a class of its own and a
/// row in <see cref="LayerKinds.All"/>.
/// </summary>
/// <remarks>
/// As a rule the first tensor that goes into a layer is its input, and the first that comes out holds its filters' results. A
/// weights file stores the weight by the layer's name, as <see cref="LayoutOf"/> arranges it.
/// </remarks>
internal abstract class LayerKind : ModuleKind
{
    /// <summary>A layer's kind in plans: <c>Conv2d</c>.</summary>
    public virtual string NameOf(Module layer) => layer.GetType().Name;

    /// <summary>What follows a module's name in the layer's: which of the module's weights it is, with a dot. Empty where the module has one.</summary>
    public virtual string Suffix => "";

    /// <summary>What plans and weights files call the layer.</summary>
    /// <param name="module">The module's path; empty for the network itself.</param>
    public string NameIn(string module) => module.Length > 0 ? module + Suffix : Suffix.TrimStart('.');

    /// <inheritdoc />
    public abstract override Parameter WeightOf(Module module);

    /// <summary>
    /// Whether torch's own code holds the parameters, so that nothing can stand in for them: they hold other values for the
    /// time of a step, and <see cref="ModuleKind.Swap"/> has nothing to do.
    /// </summary>
    public virtual bool IsOverwritten => false;

    /// <summary>Whether a call of the module stands for a use of the weight; if not, the network's own code uses it as it likes.</summary>
    public virtual bool HasCall => true;

    /// <summary>The fewest bits that the weight takes where nobody asks for fewer, if the settings have as many.</summary>
    public virtual int FewestBits(Module layer) => 1;

    /// <summary>Where the weight keeps its filters.</summary>
    public abstract WeightLayout LayoutOf(Module layer);

    /// <summary>The dimension of outputs that counts filters, from the end, as there need not be a batch.</summary>
    public abstract int FilterDimensionOf(Module layer);

    /// <summary>
    /// The dimension of inputs that counts channels or features, from the end; null where the input holds no activations but
    /// an index for example, which is neither quantised nor ever zero.
    /// </summary>
    public virtual int? ChannelDimensionOf(Module layer) => FilterDimensionOf(layer);

    /// <summary>
    /// Which of a call's tensors the weight meets, as hooks list them; where the inputs are no
    /// activations, those that its result depends on. There may be fewer.
    /// </summary>
    public virtual IReadOnlyList<int> InputPlaces => [0];

    /// <summary>Whether inputs can be quantised where the module takes them in.</summary>
    public virtual bool CanQuantizeInputs(Module layer) => ChannelDimensionOf(layer) is not null;

    /// <summary>Whether torch has calls of the module that no hook sees; one that runs so is left as it is.</summary>
    public virtual bool MayRunUnseen => false;

    /// <summary>Whether it can be told how often a call uses each weight; a module of which it cannot is left as it is.</summary>
    /// <param name="inputs">What goes in.</param>
    public virtual bool CanCount(IReadOnlyList<Tensor?> inputs) => true;

    /// <summary>What the module's results have of this weight.</summary>
    public virtual LayerResults Results => LayerResults.Filters;

    /// <summary>Whether filters can go where nothing in the network keeps them; a layer may feed them back to itself.</summary>
    public virtual bool CanPrune(Module layer) => true;

    /// <summary>
    /// The filter that stands for all of the module that a filter stays and goes with, as those of one hidden unit do: where all
    /// of them are zero, so is what they give inside the module. Null for a filter by itself.
    /// </summary>
    public virtual InnerFilter? UnitOf(Module layer, int filter) => null;

    /// <summary>
    /// How many matrices of as many filters each the weight holds, one below the other: one for each gate, for example. Runtimes
    /// compute with each of them, so their filters are what is counted where a number of filters is fast.
    /// </summary>
    public virtual int MatricesIn(Module layer) => 1;

    /// <summary>For each input channel the filter inside the module that gives it, where no hook sees it; none where all comes from outside.</summary>
    public virtual IReadOnlyList<InnerFilter> InnerInputsOf(Module layer) => [];

    /// <summary>
    /// Of a module's weight that has <see cref="LayerResults.Whole"/> results: for each channel of a result, in its last dimension,
    /// the filter that gives it; one row for the whole result, or one for each place of its first dimension. None where all depends on all.
    /// </summary>
    /// <param name="layer">The module.</param>
    /// <param name="result">Which of its results.</param>
    public virtual IReadOnlyList<IReadOnlyList<InnerFilter>> ResultsOf(Module layer, int result) => [];

    /// <summary>Whether each filter's weights can have a scale of their own: by default not where torch's own code holds them, which is written as ONNX with one scale.</summary>
    public virtual bool CanScaleFilters => !IsOverwritten;

    /// <summary>Whether a layer gives results of the right shape for no examples at all, where what goes in begins with the examples.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">What goes in.</param>
    public virtual bool RunsWithoutExamples(Module layer, Tensor input) => false;

    /// <summary>Whether one operator of ONNX stands for a call, so that its time can be measured.</summary>
    public virtual bool IsMeasured => true;

    /// <summary>One call of a layer as an operator of ONNX, to be measured; null for layers that none stands for.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">What goes in.</param>
    public virtual LayerCall? CallOf(Module layer, Tensor input) => null;

    /// <inheritdoc />
    public override long UsesIn(Module module, IReadOnlyList<Tensor?> inputs, IReadOnlyList<Tensor?> outputs) => Places(outputs[0]!, FilterDimensionOf(module));
}
