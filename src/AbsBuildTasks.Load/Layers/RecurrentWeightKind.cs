using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>
/// A weight of a recurrent layer: of all gates, for the input or for the hidden state, in one direction of one of its layers. A
/// hidden unit is one row of each gate, of both weights: without them its state stays zero, if it begins so.
/// </summary>
/// <param name="weight">The weight's name in the module.</param>
/// <param name="steps">What the module's weights are.</param>
/// <param name="results">What the module's results have of it.</param>
internal sealed class RecurrentWeightKind(string weight, RecurrentSteps steps, LayerResults results) : NativeWeightKind(weight, weight.Replace("weight", "bias", StringComparison.Ordinal))
{
    private readonly bool _takesInput = RecurrentSteps.TakesInput(weight);
    private readonly bool _isForState = RecurrentSteps.IsForState(weight);
    private readonly string _partner = RecurrentSteps.PartnerOf(weight);
    private readonly IReadOnlyList<string> _sources = steps.CanPrune ? steps.SourcesOf(weight) : [];

    /// <summary>The input; or the states that the module begins with.</summary>
    public override IReadOnlyList<int> InputPlaces => _takesInput ? [0] : _isForState ? [1, 2] : [];

    /// <summary>On packed sequences, which cells do not take.</summary>
    public override bool MayRunUnseen => Suffix.Contains("_l", StringComparison.Ordinal);

    /// <inheritdoc />
    public override LayerResults Results => results;

    /// <inheritdoc />
    public override int? ChannelDimensionOf(Module layer) => _takesInput || steps.CanPrune ? -1 : null;

    /// <summary>Where no other weight meets the same input: two of them would need one quantiser.</summary>
    public override bool CanQuantizeInputs(Module layer) => _takesInput && !steps.IsBothWays;

    /// <summary>Whether hidden units can go; those of a weight for states go with the other's.</summary>
    public override bool CanPrune(Module layer) => steps.CanPrune && !_isForState;

    /// <inheritdoc />
    public override InnerFilter? UnitOf(Module layer, int filter) => steps.CanPrune ? new(_partner, filter % steps.Units) : null;

    /// <summary>One for each gate.</summary>
    public override int MatricesIn(Module layer) => (int)WeightOf(layer).shape[0] / steps.Units;

    /// <summary>Hidden states, or the results of the layer before.</summary>
    public override IReadOnlyList<InnerFilter> InnerInputsOf(Module layer) => UnitsOf(_sources);

    /// <summary>The results of the last layer, both directions beside each other, and behind them the last states of all.</summary>
    public override IReadOnlyList<IReadOnlyList<InnerFilter>> ResultsOf(Module layer, int result) => !steps.CanPrune ? []
        : result == 0 ? [UnitsOf(steps.ForResults)]
        : [.. steps.ForInputs.Select(source => UnitsOf([source]))];

    /// <summary>Once for each step of a sequence.</summary>
    public override long UsesIn(Module module, IReadOnlyList<Tensor?> inputs, IReadOnlyList<Tensor?> outputs) => Places(inputs[0]!, -1);

    private InnerFilter[] UnitsOf(IReadOnlyList<string> sources) => [.. sources.SelectMany(source => Enumerable.Range(0, steps.Units).Select(unit => new InnerFilter(source, unit)))];
}
