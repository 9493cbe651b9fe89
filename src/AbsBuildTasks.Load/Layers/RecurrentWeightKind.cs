using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>A weight of a recurrent layer: of all gates, for the input or for the hidden state, in one direction of one of its layers.</summary>
/// <param name="weight">The weight's name in the module.</param>
/// <param name="takesInput">Whether it meets what goes into the module, and not what the module keeps inside.</param>
/// <param name="alone">Whether no other weight meets the same input: two of them would need one quantiser.</param>
/// <param name="results">What the module's results have of it.</param>
internal sealed class RecurrentWeightKind(string weight, bool takesInput, bool alone, LayerResults results) : NativeWeightKind(weight, weight.Replace("weight", "bias", StringComparison.Ordinal))
{
    /// <summary>The input; or the states that the module begins with.</summary>
    public override IReadOnlyList<int> InputPlaces => takesInput ? [0] : [1, 2];

    /// <summary>On packed sequences, which cells do not take.</summary>
    public override bool MayRunUnseen => Suffix.Contains("_l", StringComparison.Ordinal);

    /// <inheritdoc />
    public override LayerResults Results => results;

    /// <inheritdoc />
    public override int? ChannelDimensionOf(Module layer) => takesInput ? -1 : null;

    /// <inheritdoc />
    public override bool CanQuantizeInputs(Module layer) => takesInput && alone;

    /// <summary>Once for each step of a sequence.</summary>
    public override long UsesIn(Module module, IReadOnlyList<Tensor?> inputs, IReadOnlyList<Tensor?> outputs) => Places(inputs[0]!, -1);
}
