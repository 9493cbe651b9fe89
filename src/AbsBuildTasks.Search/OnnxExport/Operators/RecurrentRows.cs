using System.Reflection;
using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;
using AbsBuildTasks.Search.Tracing;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.OnnxExport.Operators;

/// <summary>Recurrent layers, each of which is one call inside torch: a node for each direction of each of their layers.</summary>
/// <remarks>One node for both directions would need as many hidden units of each.</remarks>
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
            var results = new List<string>();
            foreach (var (place, direction) in directions.Index())
            {
                var name = FormattableString.Invariant($"_l{layer}{direction}");
                string[] inputs = [value, Weight(node, "weight_ih" + name, weights, gates, meetsInput: layer == 0), Weight(node, "weight_hh" + name, weights, gates, meetsInput: false), Biases(node, weights, name, gates), "", .. states.Select(state => Start(node, state, (layer * directions.Length) + place))];
                var made = node.Graph.Add(node.Function, operation, [.. inputs.Reverse().SkipWhile(input => input.Length == 0).Reverse()], 1 + states.Length, [
                    new("hidden_size", weights["weight_hh_l0"].shape[1]),
                    new("direction", direction.Length > 0 ? "reverse" : "forward"),
                    .. more,
                ]);
                results.Add(node.Emit("Squeeze", [made[0], node.Graph.Integers(1)]));
                for (var i = 0; i < states.Length; i++)
                {
                    last[i].Add(made[1 + i]);
                }
            }

            value = results is [var one] ? one : node.Emit("Concat", results, new OnnxAttribute("axis", 2L));
        }

        node.Set(isBatchFirst ? Swapped(node, value) : value);
        for (var i = 0; i < states.Length; i++)
        {
            node.Set(last[i] is [var only] ? only : node.Emit("Concat", last[i], new OnnxAttribute("axis", 0L)), 1 + i);
        }
    }

    private static string Swapped(ExportNode node, string value) => node.Emit("Transpose", [value], new OnnxAttribute("perm", [1L, 0, 2]));

    /// <summary>The weight of all gates.</summary>
    private static string Weight(ExportNode node, string name, Dictionary<string, Tensor> weights, int[] gates, bool meetsInput)
    {
        var constant = Gates(node, [weights[name]], gates);
        node.Graph.NativeWeights[constant] = new NativeWeight(node.NameOf(weights[name]), meetsInput);
        return constant;
    }

    /// <summary>The biases of all gates, those for inputs and for states behind each other; empty where there are none.</summary>
    private static string Biases(ExportNode node, Dictionary<string, Tensor> weights, string layer, int[] gates) =>
        weights.TryGetValue("bias_ih" + layer, out var ofInput) ? Gates(node, [ofInput, weights["bias_hh" + layer]], gates) : "";

    /// <summary>As ONNX has them: of one direction.</summary>
    private static string Gates(ExportNode node, Tensor[] parts, int[] gates)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return node.Constant(parts[0], cat([.. parts.Select(part => Reordered(part, gates))], 0).unsqueeze(0));
    }

    private static Tensor Reordered(Tensor weight, int[] gates)
    {
        var parts = weight.chunk(gates.Length, 0);
        return cat([.. gates.Select(gate => parts[gate])], 0);
    }

    /// <summary>The state in which a direction of a layer begins; empty where it is zero, as ONNX has it without.</summary>
    private static string Start(ExportNode node, string state, int place)
    {
        if (node[state] is null or FillOperand { IsZero: true })
        {
            return "";
        }

        return node.Emit("Slice", [node.In(state), node.Graph.Integers(place), node.Graph.Integers(place + 1L), node.Graph.Integers(0)]);
    }
}
