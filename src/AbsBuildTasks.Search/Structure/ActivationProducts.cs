using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Products that no layer runs: of activations with each other, as in attention and gates, and by functions with parameters
/// of the network's own. No plan decides on them. They are counted at the bits at which they are run.
/// </summary>
internal static class ActivationProducts
{
    private static readonly string[] Prefixes = ["THSTensor_", "THSNN_functional_", "THSNN_"];

    /// <summary>Each native function's multiply-accumulates.</summary>
    private static readonly Dictionary<string, Func<TracedNode, Sizes, long>> Rows = new(StringComparer.Ordinal)
    {
        ["THSTensor_matmul"] = (node, sizes) => Matrices(node, sizes, "tensor"),
        ["THSTensor_mm"] = (node, sizes) => Matrices(node, sizes, "tensor"),
        ["THSTensor_mv"] = (node, sizes) => Matrices(node, sizes, "tensor"),
        ["THSTensor_bmm"] = (node, sizes) => Matrices(node, sizes, "batch1"),
        ["THSTensor_addmm"] = (node, sizes) => Matrices(node, sizes, "mat1"),
        ["THSTensor_baddbmm"] = (node, sizes) => Matrices(node, sizes, "batch1"),
        ["THSTensor_einsum"] = (node, sizes) => EinsumSizes.Macs((string)node["location"]!, [.. ((IEnumerable<Operand?>)node["tensors"]!).Select(operand => sizes.Of(operand!))]),
        ["THSNN_scaled_dot_product_attention"] = Attention,

        // A gate: each value of one meets one of the other.
        ["THSTensor_mul"] = (node, sizes) => Gate(node, sizes, "tensor", "target"),
        ["THSTensor_div"] = (node, sizes) => Gate(node, sizes, "tensor", "trg"),
        ["THSTensor_addcmul"] = (node, sizes) => Gate(node, sizes, "tensor1", "tensor2"),
        ["THSTensor_glu"] = (node, sizes) => Count(sizes.OfResult(node)),
        ["THSNN_functional_linear"] = (node, sizes) => Matrices(node, sizes, "input"),
        ["THSTensor_conv1d"] = Convolution,
        ["THSTensor_conv2d"] = Convolution,
        ["THSTensor_conv3d"] = Convolution,
        ["THSTensor_conv1d_padding"] = Convolution,
        ["THSTensor_conv2d_padding"] = Convolution,
        ["THSTensor_conv3d_padding"] = Convolution,
        ["THSTensor_conv_transpose1d"] = Transposed,
        ["THSTensor_conv_transpose2d"] = Transposed,
        ["THSTensor_conv_transpose3d"] = Transposed,
    };

    /// <summary>Finds them.</summary>
    /// <param name="graph">What the network computes.</param>
    /// <param name="isLayers">Whether a parameter of a name is that of a layer, whose products are counted there.</param>
    /// <param name="taken">Names that the plan's layers and other parts have.</param>
    /// <param name="bits">The bits of the values that a call multiplies.</param>
    /// <returns>One for each, in the order in which they run.</returns>
    public static IReadOnlyList<RestPlan> Of(TracedGraph graph, Predicate<string> isLayers, IEnumerable<string> taken, Func<TracedNode, int> bits)
    {
        var (sizes, names, found) = (new Sizes(graph), new HashSet<string>(taken, StringComparer.Ordinal), new List<RestPlan>());
        foreach (var node in graph.Nodes.Where(node => Rows.ContainsKey(node.Function.Name) && !node.Arguments.OfType<ConstantOperand>().Any(constant => constant.Name is { } name && isLayers(name))))
        {
            if (Rows[node.Function.Name](node, sizes) is > 0 and var macs)
            {
                var kind = Word(node.Function.Name);
                found.Add(new RestPlan { Name = Free(node.Module.Length > 0 ? $"{node.Module}.{kind}" : kind, names), Kind = kind, Parameters = 0, Macs = macs, Bits = bits(node) });
            }
        }

        return found;
    }

    private static string Word(string function) => function[Prefixes.First(prefix => function.StartsWith(prefix, StringComparison.Ordinal)).Length..];

    private static string Free(string name, HashSet<string> names)
    {
        var free = name;
        for (var number = 2; !names.Add(free); number++)
        {
            free = FormattableString.Invariant($"{name}_{number}");
        }

        return free;
    }

    /// <summary>Each result is a sum over the last dimension of the left side.</summary>
    private static long Matrices(TracedNode node, Sizes sizes, string left) => checked(Count(sizes.OfResult(node)) * sizes.Of(node, left)[^1]);

    /// <summary>Each result is one product, where both sides are activations.</summary>
    private static long Gate(TracedNode node, Sizes sizes, string left, string right) => node[left] is ValueOperand && node[right] is ValueOperand ? Count(sizes.OfResult(node)) : 0;

    /// <summary>Queries with keys, and weights with values.</summary>
    private static long Attention(TracedNode node, Sizes sizes)
    {
        var (query, key, value) = (sizes.Of(node, "query"), sizes.Of(node, "key"), sizes.Of(node, "value"));
        return checked(Count(query[..^1]) * key[^2] * (query[^1] + value[^1]));
    }

    private static long Convolution(TracedNode node, Sizes sizes) => sizes.Of(node, "weight") is var weight ? checked(Count(sizes.OfResult(node)) * Count(weight[1..])) : 0;

    private static long Transposed(TracedNode node, Sizes sizes) => sizes.Of(node, "weight") is var weight ? checked(Count(sizes.Of(node, "input")) * Count(weight[1..])) : 0;

    private static long Count(IEnumerable<long> sizes) => sizes.Aggregate(1L, (product, size) => checked(product * size));

    /// <summary>Sizes of what a graph computes, for one example.</summary>
    private sealed class Sizes(TracedGraph graph)
    {
        public long[] OfResult(TracedNode node) => Of(graph.Values[node.Results[0]].Shape);

        public long[] Of(TracedNode node, string parameter) => Of((Operand)node[parameter]!);

        public long[] Of(Operand operand) => operand switch
        {
            ValueOperand value => Of(graph.Values[value.Id].Shape),
            ConstantOperand constant => [.. constant.Content.Shape],
            FillOperand fill => Of(fill.Shape),
            RepeatOperand repeat => Of(repeat.Shape),
            _ => throw new ArgumentException($"{operand} has no size.", nameof(operand)),
        };

        private static long[] Of(IReadOnlyList<Extent> shape) => [.. shape.Select(size => size.IsBatch ? size.PerExample : size.Fixed)];
    }
}
