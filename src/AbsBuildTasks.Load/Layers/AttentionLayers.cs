using TorchSharp.Modules;
using Module = TorchSharp.torch.nn.Module;

namespace AbsBuildTasks.Search.Layers;

/// <summary>
/// Attention and Transformer layers, each one call inside torch. Each of their matrices is a layer of its own in plans. What
/// goes into attention can be quantised; a Transformer layer adds what goes into it to its result, and so takes it as it is.
/// </summary>
internal sealed class AttentionLayers : IModuleRow
{
    // Queries, keys and values, a mask for each, and more.
    private const int MostInputs = 8;

    /// <summary>The weight of queries, keys and values together; what parts of a Transformer have ends so.</summary>
    public const string Projections = "in_proj_weight";

    private static readonly string[] Apart = ["q_proj_weight", "k_proj_weight", "v_proj_weight"];

    /// <inheritdoc />
    public bool Is(Module module) => module is MultiheadAttention or Transformer or TransformerEncoder or TransformerEncoderLayer or TransformerDecoder or TransformerDecoderLayer;

    /// <inheritdoc />
    public IReadOnlyList<ModuleKind> KindsOf(Module module)
    {
        string[] weights = [.. module.named_parameters(recurse: false).Where(pair => pair.parameter.dim() == 2).Select(pair => pair.name)];
        var sequences = module is TransformerEncoder or TransformerEncoderLayer ? 1 : 2;

        // All that goes in meets the first weight, and what comes out is of the last one.
        return [.. weights.Select((name, i) => new AttentionWeightKind(name, weights, Inputs(module, name, isFirst: i == 0), sequences, i == weights.Length - 1 ? LayerResults.Whole : LayerResults.Unseen, isAlone: module is MultiheadAttention))];
    }

    /// <summary>The places of the inputs that a weight meets by itself; of a Transformer layer, those that its result depends on.</summary>
    private static int[] Inputs(Module module, string weight, bool isFirst) => module is not MultiheadAttention ? isFirst ? [.. Enumerable.Range(0, MostInputs)] : []
        : weight == Projections ? [0, 1, 2]
        : Array.IndexOf(Apart, weight) is >= 0 and var place ? [place]
        : [];
}
