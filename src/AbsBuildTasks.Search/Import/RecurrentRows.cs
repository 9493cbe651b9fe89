using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Import;

/// <summary>Recurrent layers, as products and sums for each step of the sequence. Their weights are constants, which training leaves as they are.</summary>
internal static class RecurrentRows
{
    /// <summary>One step of one direction.</summary>
    /// <param name="projected">The product of the step's input with the gates' weights, <c>[N, gates × hidden]</c>.</param>
    /// <param name="state">The states, each <c>[N, hidden]</c>; the hidden one comes first.</param>
    /// <param name="recurrent">The gates' weights for the hidden state, <c>[gates × hidden, hidden]</c>.</param>
    /// <param name="bias">What is added to their product, or null.</param>
    /// <returns>The states after the step.</returns>
    private delegate Tensor[] Step(Tensor projected, Tensor[] state, Tensor recurrent, Tensor? bias);

    /// <summary>The table.</summary>
    public static OperatorRow[] All { get; } =
    [
        new OperatorRow("LSTM", 3, 8, node =>
        {
            if (node.Flag("input_forget") || node.Has(7))
            {
                throw node.Refuse("peepholes and coupled gates are not read");
            }

            return Read(node, states: 2, LstmStep);
        }) { Outputs = 3 },
        new OperatorRow("GRU", 3, 6, node => Read(node, states: 1, node.Flag("linear_before_reset") ? GruStep : GruStepOfReset)) { Outputs = 2 },
    ];

    private static Operation Read(NodeSetup node, int states, Step step)
    {
        node.Ignore("hidden_size");
        if (node.Has(4))
        {
            throw node.Refuse("sequences of several lengths are not read");
        }

        if (node.Int("layout", 0) != 0)
        {
            throw node.Refuse("only sequences with the time in front are read");
        }

        bool[] directions = node.Text("direction", "forward") switch
        {
            "forward" => [false],
            "reverse" => [true],
            "bidirectional" => [false, true],
            var other => throw node.Refuse($"its direction '{Plans.Text.Printable.Escape(other)}' is not read"),
        };

        return inputs => Run(inputs, directions, states, step);
    }

    private static Tensor[] Run(NodeInputs inputs, bool[] directions, int states, Step step)
    {
        var (x, recurrent) = (inputs[0], inputs[2]);
        var results = directions.Select((isReverse, at) =>
        {
            Tensor[] start = [.. Enumerable.Range(0, states).Select(state => inputs.Find(5 + state)?[at] ?? zeros([x.shape[1], recurrent.shape[2]], x.dtype, x.device))];
            var bias = inputs.Find(3)?[at].chunk(2, 0);
            return Along(functional.linear(x, inputs[1][at], bias?[0]), start, recurrent[at], bias?[1], isReverse, step);
        }).ToArray();
        return [stack(results.Select(result => result.Outputs), 1), .. Enumerable.Range(0, states).Select(state => stack(results.Select(result => result.Last[state]), 0))];
    }

    private static (Tensor Outputs, Tensor[] Last) Along(Tensor projected, Tensor[] state, Tensor recurrent, Tensor? bias, bool isReverse, Step step)
    {
        var outputs = new Tensor[projected.shape[0]];
        for (var i = 0; i < outputs.Length; i++)
        {
            var at = isReverse ? outputs.Length - 1 - i : i;
            state = step(projected[at], state, recurrent, bias);
            outputs[at] = state[0];
        }

        return (stack(outputs, 0), state);
    }

    // Gates in ONNX's order: input, output, forget, cell.
    private static Tensor[] LstmStep(Tensor projected, Tensor[] state, Tensor recurrent, Tensor? bias)
    {
        var gates = (projected + functional.linear(state[0], recurrent, bias)).chunk(4, 1);
        var cell = (gates[2].sigmoid() * state[1]) + (gates[0].sigmoid() * gates[3].tanh());
        return [gates[1].sigmoid() * cell.tanh(), cell];
    }

    // Gates in ONNX's order: update, reset, hidden.
    private static Tensor[] GruStep(Tensor projected, Tensor[] state, Tensor recurrent, Tensor? bias)
    {
        var (own, past) = (projected.chunk(3, 1), functional.linear(state[0], recurrent, bias).chunk(3, 1));
        return Updated(own[0] + past[0], own[2] + ((own[1] + past[1]).sigmoid() * past[2]), state[0]);
    }

    private static Tensor[] GruStepOfReset(Tensor projected, Tensor[] state, Tensor recurrent, Tensor? bias)
    {
        var (own, weights, offsets) = (projected.chunk(3, 1), recurrent.chunk(3, 0), bias?.chunk(3, 0));
        var reset = (own[1] + functional.linear(state[0], weights[1], offsets?[1])).sigmoid();
        return Updated(own[0] + functional.linear(state[0], weights[0], offsets?[0]), own[2] + functional.linear(reset * state[0], weights[2], offsets?[2]), state[0]);
    }

    private static Tensor[] Updated(Tensor update, Tensor hidden, Tensor before)
    {
        var share = update.sigmoid();
        return [((1 - share) * hidden.tanh()) + (share * before)];
    }
}
