using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>
/// A matrix of an attention or Transformer layer. A head is its rows of queries, keys and values: without them it gives zeros.
/// A row in front of a Transformer layer's activation, which keeps zeros, is a filter by itself.
/// </summary>
/// <param name="weight">The matrix's name in the module.</param>
/// <param name="weights">The names of all its matrices.</param>
/// <param name="inputs">The places of the inputs that it meets by itself, or stands for; none where it meets what torch keeps inside.</param>
/// <param name="sequences">How many sequences go into the module, whose lengths may differ.</param>
/// <param name="results">What the module's results have of it.</param>
/// <param name="isAlone">Whether the module is attention alone: what goes in meets its matrices only, and no call of it runs unseen, as those of a Transformer with masks.</param>
internal sealed class AttentionWeightKind(string weight, IReadOnlyList<string> weights, IReadOnlyList<int> inputs, int sequences, LayerResults results, bool isAlone) : NativeWeightKind(weight, weight.Replace("weight", "bias", StringComparison.Ordinal))
{
    private const string Wide = "linear1.weight";

    private readonly string? _heads = Sibling(weight, AttentionLayers.Projections, AttentionLayers.Projections, weights);
    private readonly string? _mergedHeads = Sibling(weight, "out_proj.weight", AttentionLayers.Projections, weights);
    private readonly string? _wide = Sibling(weight, Wide, Wide, weights);
    private readonly string? _widened = Sibling(weight, "linear2.weight", Wide, weights);

    /// <inheritdoc />
    public override IReadOnlyList<int> InputPlaces => inputs;

    /// <inheritdoc />
    public override bool MayRunUnseen => !isAlone;

    /// <inheritdoc />
    public override LayerResults Results => results;

    /// <inheritdoc />
    public override int? ChannelDimensionOf(Module layer) => isAlone || inputs.Count == 0 ? -1 : null;

    /// <inheritdoc />
    public override bool CanQuantizeInputs(Module layer) => isAlone && inputs.Count > 0;

    /// <inheritdoc />
    public override bool CanPrune(Module layer) => _wide is not null || (_heads is not null && AttentionHeads.SizeIn(layer) is not null);

    /// <inheritdoc />
    public override InnerFilter? UnitOf(Module layer, int filter) => _heads is not null && AttentionHeads.SizeIn(layer) is { } size
        ? new(_heads, FirstOf(filter % ((int)WeightOf(layer).shape[0] / MatricesIn(layer)), size))
        : null;

    /// <summary>Those of queries, keys and values.</summary>
    public override int MatricesIn(Module layer) => _heads is null ? 1 : 3;

    /// <inheritdoc />
    public override IReadOnlyList<InnerFilter> InnerInputsOf(Module layer) =>
        _mergedHeads is not null && AttentionHeads.SizeIn(layer) is { } size ? InputsBy(layer, channel => new(_mergedHeads, FirstOf(channel, size)))
        : _widened is not null ? InputsBy(layer, channel => new(_widened, channel))
        : [];

    /// <summary>Where all sequences have one length: of others, a matrix is used once for each step of the one in part, and of the other in part.</summary>
    public override bool CanCount(IReadOnlyList<Tensor?> inputs) => inputs.Take(sequences).OfType<Tensor>().Select(input => Places(input, -1)).Distinct().Count() == 1;

    /// <summary>Once for each step of a sequence.</summary>
    public override long UsesIn(Module module, IReadOnlyList<Tensor?> inputs, IReadOnlyList<Tensor?> outputs) => Places(inputs[0]!, -1);

    private InnerFilter[] InputsBy(Module layer, Func<int, InnerFilter> filter) => [.. Enumerable.Range(0, (int)WeightOf(layer).shape[1]).Select(filter)];

    /// <summary>The first row of a head.</summary>
    private static int FirstOf(int row, int size) => row - (row % size);

    /// <summary>The matrix of another name in the same part of the module; null where there is none, or the weight is not the one that it is asked for.</summary>
    private static string? Sibling(string weight, string ending, string other, IReadOnlyList<string> weights) =>
        weight.EndsWith(ending, StringComparison.Ordinal) ? weights.FirstOrDefault(name => name == weight[..^ending.Length] + other) : null;
}
