using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>A matrix of an attention or Transformer layer.</summary>
/// <param name="weight">The matrix's name in the module.</param>
/// <param name="inputs">The places of the inputs that it meets by itself; none where it meets what torch keeps inside.</param>
/// <param name="sequences">How many sequences go into the module, whose lengths may differ.</param>
/// <param name="results">What the module's results have of it.</param>
/// <param name="mayRunUnseen">Whether torch has calls of the module that no hook sees, as those of a Transformer with masks.</param>
internal sealed class AttentionWeightKind(string weight, IReadOnlyList<int> inputs, int sequences, LayerResults results, bool mayRunUnseen) : NativeWeightKind(weight, weight.Replace("weight", "bias", StringComparison.Ordinal))
{
    // Queries, keys and values, a mask for each, and more.
    private const int MostInputs = 8;

    /// <summary>The inputs that it meets. The module's first weight stands for all that goes in, masks too, where none of its weights meets them.</summary>
    public override IReadOnlyList<int> InputPlaces => inputs.Count > 0 ? inputs : results == LayerResults.Whole ? [.. Enumerable.Range(0, MostInputs)] : [];

    /// <inheritdoc />
    public override bool MayRunUnseen => mayRunUnseen;

    /// <inheritdoc />
    public override LayerResults Results => results;

    /// <inheritdoc />
    public override int? ChannelDimensionOf(Module layer) => inputs.Count > 0 ? -1 : null;

    /// <summary>Where all sequences have one length: of others, a matrix is used once for each step of the one in part, and of the other in part.</summary>
    public override bool CanCount(IReadOnlyList<Tensor?> inputs) => inputs.Take(sequences).OfType<Tensor>().Select(input => Places(input, -1)).Distinct().Count() == 1;

    /// <summary>Once for each step of a sequence.</summary>
    public override long UsesIn(Module module, IReadOnlyList<Tensor?> inputs, IReadOnlyList<Tensor?> outputs) => Places(inputs[0]!, -1);
}
