using System.Reflection;
using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;
using AbsBuildTasks.Search.Tracing;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.OnnxExport.Operators;

/// <summary>Recurrent layers, each of which is one call inside torch: a node for each of their layers.</summary>
internal static class RecurrentRows
{
    // Torch has input, forget, cell, output; and reset, update, new. ONNX wants input, output, forget, cell; and update, reset, hidden.
    private static readonly int[] LstmGates = [0, 3, 1, 2];
    private static readonly int[] GruGates = [1, 0, 2];

    /// <summary>The rows.</summary>
    public static IEnumerable<(string Function, Action<ExportNode> Write)> All { get; } =
    [
        ("THSNN_LSTM_forward", node => Write(node, "LSTM", LstmGates, ["h_0", "c_0"])),
        ("THSNN_GRU_forward", node => Write(node, "GRU", GruGates, ["h_0"], new OnnxAttribute("linear_before_reset", 1L))),
    ];

    private static void Write(ExportNode node, string operation, int[] gates, string[] states, params OnnxAttribute[] more)
    {
        if (node.ShapeOf("input").Count != 3)
        {
            throw node.Refuse("has an input without a batch dimension");
        }

        var module = (nn.Module)node["module"]!;
        var weights = module.named_parameters().ToDictionary(pair => pair.name, pair => (Tensor)pair.parameter, StringComparer.Ordinal);
        var isBatchFirst = (bool)module.GetType().GetField("_batch_first", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(module)!;
        string[] directions = weights.ContainsKey("weight_ih_l0_reverse") ? ["", "_reverse"] : [""];
        var value = isBatchFirst ? Swapped(node, node.In("input")) : node.In("input");
        var last = states.Select(_ => new List<string>()).ToArray();
        for (var layer = 0; weights.ContainsKey(FormattableString.Invariant($"weight_ih_l{layer}")); layer++)
        {
            string[] names = [.. directions.Select(direction => FormattableString.Invariant($"_l{layer}{direction}"))];
            string[] inputs = [value, Weights(node, "weight_ih", weights, names, gates, meetsInput: layer == 0), Weights(node, "weight_hh", weights, names, gates, meetsInput: false), Biases(node, weights, names, gates), "", .. states.Select(state => Start(node, state, layer, names.Length))];
            var results = node.Graph.Add(node.Function, operation, [.. inputs.Reverse().SkipWhile(input => input.Length == 0).Reverse()], 1 + states.Length, [
                new("hidden_size", weights["weight_hh_l0"].shape[1]),
                new("direction", names.Length == 2 ? "bidirectional" : "forward"),
                .. more,
            ]);

            // Both directions beside each other, as torch has them.
            value = names.Length == 1 ? node.Emit("Squeeze", [results[0], node.Graph.Integers(1)]) : node.Emit("Reshape", [node.Emit("Transpose", [results[0]], new OnnxAttribute("perm", [0L, 2, 1, 3])), node.Graph.Integers(0, 0, -1)]);
            for (var i = 0; i < states.Length; i++)
            {
                last[i].Add(results[1 + i]);
            }
        }

        node.Set(isBatchFirst ? Swapped(node, value) : value);
        for (var i = 0; i < states.Length; i++)
        {
            node.Set(last[i] is [var only] ? only : node.Emit("Concat", last[i], new OnnxAttribute("axis", 0L)), 1 + i);
        }
    }

    private static string Swapped(ExportNode node, string value) => node.Emit("Transpose", [value], new OnnxAttribute("perm", [1L, 0, 2]));

    /// <summary>The weights of all gates and directions.</summary>
    private static string Weights(ExportNode node, string name, Dictionary<string, Tensor> weights, string[] layers, int[] gates, bool meetsInput)
    {
        var constant = Gates(node, [name], weights, layers, gates);
        node.Graph.NativeWeights[constant] = new NativeWeight([.. layers.Select(layer => node.NameOf(weights[name + layer]))], meetsInput);
        return constant;
    }

    /// <summary>The biases of all gates and directions, those for inputs and for states behind each other; empty where there are none.</summary>
    private static string Biases(ExportNode node, Dictionary<string, Tensor> weights, string[] layers, int[] gates) =>
        weights.ContainsKey("bias_ih" + layers[0]) ? Gates(node, ["bias_ih", "bias_hh"], weights, layers, gates) : "";

    private static string Gates(ExportNode node, string[] parts, Dictionary<string, Tensor> weights, string[] layers, int[] gates)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var all = stack(layers.Select(layer => cat([.. parts.Select(part => Reordered(weights[part + layer], gates))], 0)), 0);
        return node.Constant(weights[parts[0] + layers[0]], all);
    }

    private static Tensor Reordered(Tensor weight, int[] gates)
    {
        var parts = weight.chunk(gates.Length, 0);
        return cat([.. gates.Select(gate => parts[gate])], 0);
    }

    /// <summary>The state in which a layer begins; empty where it is zero, as ONNX has it without.</summary>
    private static string Start(ExportNode node, string state, int layer, int directions)
    {
        if (node[state] is null or FillOperand { IsZero: true })
        {
            return "";
        }

        return node.Emit("Slice", [node.In(state), node.Graph.Integers((long)layer * directions), node.Graph.Integers((layer + 1L) * directions), node.Graph.Integers(0)]);
    }
}
