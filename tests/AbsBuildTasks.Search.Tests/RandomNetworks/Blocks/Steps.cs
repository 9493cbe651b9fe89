using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;

/// <summary>Recurrent layers, and others that know the order of steps.</summary>
internal static class Steps
{
    public static readonly Func<Dice, Signal, Piece?>[] Makers = [OwnCell, OwnCell, Recurrent, Cells, Numbered, Convolution, Convolution];

    /// <summary>A recurrent cell of linear layers, called at each step.</summary>
    private static Piece? OwnCell(Dice dice, Signal x)
    {
        if (x is not { IsLast: true, Sides.Count: 1 } || x.Sides[0] > 8)
        {
            return null;
        }

        var (input, state) = (Linear(x.Channels, 8), Linear(8, 8, hasBias: dice.Chance(0.5)));
        var relu = dice.Chance(0.5);
        return new Piece(
            new Block(
                "OwnCell",
                (_, all) =>
                {
                    var hidden = zeros(all.shape[0], 8);
                    var outputs = new List<Tensor>();
                    for (var step = 0; step < all.shape[1]; step++)
                    {
                        hidden = input.call(all.select(1, step)) + state.call(hidden);
                        hidden = relu ? functional.relu(hidden) : hidden.tanh();
                        outputs.Add(hidden);
                    }

                    return stack(outputs, 1);
                },
                ("input", input),
                ("state", state)),
            x.With(8),
            $"own recurrent cell ({(relu ? "relu" : "tanh")})");
    }

    private static Piece? Recurrent(Dice dice, Signal x)
    {
        if (x is not { IsLast: true, Sides.Count: 1 })
        {
            return null;
        }

        if (dice.Chance(0.5))
        {
            var gru = GRU(x.Channels, 6, batchFirst: true);
            return new Piece(new Block("Recurrent", (_, input) => gru.call(input).Item1, ("gru", gru)), x.With(6), "GRU");
        }

        var lstm = LSTM(x.Channels, 3, batchFirst: true, bidirectional: true);
        return new Piece(new Block("Recurrent", (_, input) => lstm.call(input).Item1, ("lstm", lstm)), x.With(6), "LSTM both ways");
    }

    /// <summary>Recurrent cells, called at each step.</summary>
    private static Piece? Cells(Dice dice, Signal x)
    {
        if (x is not { IsLast: true, Sides.Count: 1 } || x.Sides[0] > 8)
        {
            return null;
        }

        if (dice.Chance(0.5))
        {
            var gru = GRUCell(x.Channels, 8);
            return new Piece(
                new Block(
                    "Cells",
                    (_, input) =>
                    {
                        var state = zeros(input.shape[0], 8);
                        return stack(input.unbind(1).Select(step => state = gru.call(step, state)), 1);
                    },
                    ("gru", gru)),
                x.With(8),
                "GRUCell");
        }

        var lstm = LSTMCell(x.Channels, 8);
        return new Piece(
            new Block(
                "Cells",
                (_, input) =>
                {
                    var state = (zeros(input.shape[0], 8), zeros(input.shape[0], 8));
                    var outputs = new List<Tensor>();
                    foreach (var step in input.unbind(1))
                    {
                        state = lstm.call(step, state);
                        outputs.Add(state.Item1);
                    }

                    return stack(outputs, 1);
                },
                ("lstm", lstm)),
            x.With(8),
            "LSTMCell");
    }

    /// <summary>Embeddings of the steps' numbers, through a layer.</summary>
    private static Piece? Numbered(Dice dice, Signal x)
    {
        if (x is not { IsLast: true, Sides.Count: 1 })
        {
            return null;
        }

        var (embedding, layer) = (Embedding(x.Sides[0], 4), Linear(4, x.Channels));
        return new Piece(
            new Block("Numbered", (_, input) => input + layer.call(functional.relu(embedding.call(arange(x.Sides[0], dtype: ScalarType.Int64)))), ("embedding", embedding), ("layer", layer)),
            x,
            "plus a layer of the steps' embeddings");
    }

    /// <summary>A convolution over steps, also one that sees no later ones.</summary>
    private static Piece? Convolution(Dice dice, Signal x)
    {
        if (x is not { IsLast: true, Sides.Count: 1 })
        {
            return null;
        }

        var causal = dice.Chance(0.5);
        var first = new Signal(Layout.First, x.Channels, causal ? x.Sides[0] + 2 : x.Sides[0]);
        var layer = Weighted.Convolution(dice, first, dice.Width(), 3, 1, causal ? 0 : 1, 1, 1, TorchSharp.PaddingModes.Zeros);
        return new Piece(
            new Block(
                "Convolution",
                (_, input) =>
                {
                    var t = input.transpose(1, 2);
                    return layer.Module.call(causal ? functional.pad(t, (2, 0)) : t).transpose(1, 2);
                },
                ("layer", layer.Module)),
            x.With(layer.Output.Channels),
            $"{(causal ? "causal " : "")}{layer.Text} over steps");
    }
}
