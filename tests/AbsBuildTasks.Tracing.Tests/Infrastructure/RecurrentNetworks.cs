using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace AbsBuildTasks.Tracing.Tests.Infrastructure;

/// <summary>Networks with recurrent layers.</summary>
internal static class RecurrentNetworks
{
    /// <summary>The networks by name, with the shape of an example of each.</summary>
    public static readonly Dictionary<string, (Func<Module<Tensor, Tensor>> Make, long[] Example)> All = new()
    {
        ["rows"] = (Rows, [6, 5]),
        ["rows twice"] = (() => RowsTwice(isGru: false), [6, 5]),
        ["rows twice, gru"] = (() => RowsTwice(isGru: true), [6, 5]),
        ["rows again"] = (RowsAgain, [6, 5]),
        ["rows in vain"] = (RowsInVain, [6, 5]),
        ["rows both ways"] = (RowsBothWays, [6, 5]),
        ["rows both ways, gru"] = (RowsOfTwoLayersBothWays, [6, 5]),
        ["lstm"] = (() => Recurrent(isGru: false), [5, 6]),
        ["gru"] = (() => Recurrent(isGru: true), [5, 6]),
    };

    /// <summary>Two recurrent layers, of which the first alone takes what a layer gives.</summary>
    private static FunctionNetwork Rows()
    {
        var (first, gru, lstm, head) = (Linear(5, 7), GRU(7, 6, numLayers: 2, batchFirst: true), LSTM(6, 4), Linear(4, 3));
        return new FunctionNetwork(x => head.call(lstm.call(gru.call(relu(first.call(x))).Item1.transpose(0, 1)).Item2.squeeze(0)), first, gru, lstm, head);
    }

    /// <summary>Two sequences through one recurrent layer of two layers: one that another layer gives, and one that comes from outside.</summary>
    private static FunctionNetwork RowsTwice(bool isGru)
    {
        var (first, rows, head) = (Linear(5, 5), isGru ? (Module)GRU(5, 8, numLayers: 2, batchFirst: true) : LSTM(5, 8, numLayers: 2, batchFirst: true), Linear(8, 3));
        return new FunctionNetwork(x => head.call(Last(x.flip(1)) - Last(relu(first.call(x)))), first, rows, head);

        Tensor Last(Tensor x) => (rows is TorchSharp.Modules.GRU gru ? gru.call(x).Item2 : ((TorchSharp.Modules.LSTM)rows).call(x).Item2).select(0, 1);
    }

    /// <summary>A recurrent layer without biases that runs on what another layer gives, and then from its last state on its own results.</summary>
    private static FunctionNetwork RowsAgain()
    {
        var (first, rows, head) = (Linear(5, 8), GRU(8, 8, bias: false, batchFirst: true), Linear(8, 3));
        return new FunctionNetwork(
            x =>
            {
                var (y, state) = rows.call(relu(first.call(x)));
                return head.call(rows.call(y, state).Item1.mean([1]));
            },
            first, rows, head);
    }

    /// <summary>A recurrent layer that runs a second time, of which nothing comes.</summary>
    private static FunctionNetwork RowsInVain()
    {
        var (first, rows, head) = (Linear(5, 6), LSTM(6, 8, batchFirst: true), Linear(8, 3));
        return new FunctionNetwork(
            x =>
            {
                x = relu(first.call(x));
                _ = rows.call(x * 0.5);
                return head.call(rows.call(x).Item2.squeeze(0));
            },
            first, rows, head);
    }

    private static FunctionNetwork RowsBothWays()
    {
        var (lstm, head) = (LSTM(5, 6, batchFirst: true, bidirectional: true), Linear(12, 3));
        return new FunctionNetwork(x => head.call(lstm.call(x).Item1.mean([1])), lstm, head);
    }

    /// <summary>Two layers in both directions, of which the last states count, too, and of which layers make the first states.</summary>
    private static FunctionNetwork RowsOfTwoLayersBothWays()
    {
        var (first, start, rows, head) = (Linear(5, 6), Linear(5, 6), GRU(6, 6, numLayers: 2, batchFirst: true, bidirectional: true), Linear(24, 3));
        return new FunctionNetwork(
            x =>
            {
                var state = start.call(x.mean([1])).unsqueeze(0);
                var (y, last) = rows.call(relu(first.call(x)), cat([state, state, state, state], 0));
                return head.call(cat([y.mean([1]), last[2], last[3]], 1));
            },
            first, start, rows, head);
    }

    /// <summary>One layer with a bias and its own states, time first; and two in both directions without, batch first.</summary>
    private static FunctionNetwork Recurrent(bool isGru)
    {
        var (one, two) = isGru ? ((Module)GRU(6, 4), (Module)GRU(4, 3, numLayers: 2, bias: false, batchFirst: true, bidirectional: true)) : (LSTM(6, 4), LSTM(4, 3, numLayers: 2, bias: false, batchFirst: true, bidirectional: true));
        return new FunctionNetwork(
            x =>
            {
                var (state, time) = (x.select(1, 0).narrow(1, 0, 4).unsqueeze(0), x.transpose(0, 1));
                if (one is TorchSharp.Modules.GRU gru)
                {
                    var (y, last) = gru.call(time, state);
                    var (z, ends) = ((TorchSharp.Modules.GRU)two).call(y.transpose(0, 1));
                    return cat([z.flatten(1), last.squeeze(0), ends.transpose(0, 1).flatten(1)], 1);
                }

                var (u, hidden, cell) = ((TorchSharp.Modules.LSTM)one).call(time, (state, state * 0.5));
                var (v, hiddens, cells) = ((TorchSharp.Modules.LSTM)two).call(u.transpose(0, 1), (ones(4, x.shape[0], 3), zeros(4, x.shape[0], 3)));
                return cat([v.flatten(1), hidden.squeeze(0), cell.squeeze(0), hiddens.transpose(0, 1).flatten(1), cells.transpose(0, 1).flatten(1)], 1);
            },
            one, two);
    }
}
