using AbsBuildTasks.Search.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Multiply-accumulates of modules that are one call inside torch: products with their matrices, and of attention the
/// products of queries with keys and of weights with values. Sums and activations do not count, as in other layers.
/// </summary>
internal static class NativeMacs
{
    private const string CrossAttention = "multihead_attn.";

    /// <summary>Whether modules of this kind multiply.</summary>
    public static bool IsKnown(Module module) => module is LSTM or GRU or RNN or LSTMCell or GRUCell or RNNCell or TorchSharp.Modules.Bilinear
        or MultiheadAttention or TransformerEncoderLayer or TransformerEncoder or TransformerDecoderLayer or TransformerDecoder or Transformer;

    /// <summary>Multiply-accumulates of a call.</summary>
    /// <param name="module">A module of a known kind.</param>
    /// <param name="inputs">What goes in. Attention and transformers: <c>[length, N, features]</c>, as TorchSharp has them.</param>
    /// <exception cref="OverflowException">They do not fit 64 bits.</exception>
    public static long Of(Module module, IReadOnlyList<Tensor?> inputs) => module switch
    {
        MultiheadAttention => OfAttention(module, inputs[0]!, inputs[1]!, inputs[2]!),
        Transformer => OfTransformer(module, inputs[0]!, inputs[0]!, "encoder.") + OfTransformer(module, inputs[1]!, inputs[0]!, "decoder."),
        TransformerEncoderLayer or TransformerEncoder => OfTransformer(module, inputs[0]!, inputs[0]!, ""),
        TransformerDecoderLayer or TransformerDecoder => OfTransformer(module, inputs[0]!, inputs[1]!, ""),

        // Each step of a sequence, and each pair of inputs, meets all matrices once.
        _ => checked(Places(inputs[0]!) * Matrices(module).Sum(matrix => matrix.Size)),
    };

    private static long OfAttention(Module module, Tensor query, Tensor key, Tensor value)
    {
        var own = module.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter, StringComparer.Ordinal);
        var width = query.shape[^1];

        // One matrix for all three, or one for each where keys and values have other sizes; a learned key, too, where there is one.
        var (keyWidth, valueWidth) = (key.shape[^1], value.shape[^1]);
        var learned = own.ContainsKey("bias_k") ? query.shape[1] : 0;
        var products = Dots(query, Places(key) + learned);
        return checked((Places(query) * 2 * width * width) + (Places(key) * width * keyWidth) + (Places(value) * width * valueWidth) + products);
    }

    /// <summary>The layers of an encoder or decoder: each has all its matrices over its own sequence, but for keys and values of another one.</summary>
    private static long OfTransformer(Module module, Tensor sequence, Tensor memory, string prefix)
    {
        var width = sequence.shape[^1];
        var (own, other) = (Places(sequence), Places(memory));
        return Matrices(module).Where(matrix => matrix.Name.StartsWith(prefix, StringComparison.Ordinal)).Sum(matrix =>
        {
            var isJoint = matrix.Name.EndsWith(AttentionLayers.Projections, StringComparison.Ordinal);
            var isCross = matrix.Name.Contains(CrossAttention, StringComparison.Ordinal);
            return checked(!isJoint ? own * matrix.Size
                : !isCross ? (own * matrix.Size) + Dots(sequence, own)
                : (own * width * width) + (other * 2 * width * width) + Dots(sequence, other));
        });
    }

    /// <summary>Queries with keys, and weights with values: both of the same number of products.</summary>
    /// <param name="query"><c>[length, N, features]</c>.</param>
    /// <param name="keys">Keys of all sequences together.</param>
    private static long Dots(Tensor query, long keys) => checked(2 * query.shape[0] * keys * query.shape[^1]);

    private static IEnumerable<(string Name, long Size)> Matrices(Module module) =>
        module.named_parameters().Where(pair => pair.parameter.dim() > 1).Select(pair => (pair.name, pair.parameter.numel()));

    private static long Places(Tensor values) => values.numel() / values.shape[^1];
}
