using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;

/// <summary>What mixes places: attention by hand and of torch's own, mixers, recurrent layers.</summary>
internal static class Attention
{
    public static readonly Func<Dice, Signal, Piece?>[] Makers =
    [
        Heads, Heads, SequenceFirst, Pairs, Mixer, OwnCell, Recurrent, Module, Encoder, FeedForward, FeedForward, Products, OverChannels,
    ];

    /// <summary>Heads batch first, with a bias or a causal mask by chance.</summary>
    private static Piece? Heads(Dice dice, Signal x)
    {
        if (x is not { IsLast: true, Sides.Count: 1 } || x.Channels % 2 != 0)
        {
            return null;
        }

        const int heads = 2;
        var (time, width) = (x.Sides[0], x.Channels);
        var (bias, causal, fused, joined) = (dice.Chance(0.4), dice.Chance(0.3), dice.Chance(0.3), dice.Chance(0.5));
        var output = Linear(width, width);
        var (q, k, v, all) = joined ? (null, null, null, Linear(width, 3 * width)) : (Linear(width, width), Linear(width, width), Linear(width, width), (TorchSharp.Modules.Linear?)null);
        (string, Module)[] layers = all is null ? [("q", q!), ("k", k!), ("v", v!), ("output", output)] : [("all", all), ("output", output)];
        var block = new Block(
            "Heads",
            (self, input) =>
            {
                Tensor[] parts = all is null ? [q!.call(input), k!.call(input), v!.call(input)] : all.call(input).chunk(3, -1);
                var (query, key, value) = (Split(parts[0]), Split(parts[1]), Split(parts[2]));
                if (fused)
                {
                    return output.call(Join(functional.scaled_dot_product_attention(query, key, value)));
                }

                var scores = query.matmul(key.transpose(-2, -1)) / Math.Sqrt(width / heads);
                if (bias)
                {
                    scores += self["bias"];
                }

                if (causal)
                {
                    scores = scores.masked_fill(ones(time, time).triu(1).to(ScalarType.Bool), float.NegativeInfinity);
                }

                return output.call(Join(scores.softmax(-1).matmul(value)));
            },
            layers);
        return new Piece(block.With("bias", linspace(-1, 1, heads * time * time).reshape(1, heads, time, time)), x, $"attention of {heads} heads{(joined ? " from one layer" : "")}{(fused ? ", fused" : (bias ? ", bias" : "") + (causal ? ", causal" : ""))}");

        Tensor Split(Tensor t) => t.reshape(-1, time, heads, width / heads).transpose(1, 2);

        Tensor Join(Tensor t) => t.transpose(1, 2).reshape(-1, time, width);
    }

    /// <summary>The same with time first, [T, N, C], by bmm.</summary>
    private static Piece? SequenceFirst(Dice dice, Signal x)
    {
        if (x is not { IsLast: true, Sides.Count: 1 })
        {
            return null;
        }

        var (q, k, v, o) = (Linear(x.Channels, 4), Linear(x.Channels, 4), Linear(x.Channels, 8), Linear(8, x.Channels));
        return new Piece(
            new Block(
                "SequenceFirst",
                (_, input) =>
                {
                    var t = input.transpose(0, 1);
                    var weights = q.call(t).transpose(0, 1).bmm(k.call(t).permute(1, 2, 0)).softmax(2);
                    return (t + o.call(functional.relu(weights.bmm(v.call(t).transpose(0, 1)).transpose(0, 1)))).transpose(0, 1);
                },
                ("q", q),
                ("k", k),
                ("v", v),
                ("o", o)),
            x,
            "attention on [T, N, C]");
    }

    /// <summary>By einsum, over an image's or a sequence's places.</summary>
    private static Piece? Pairs(Dice dice, Signal x)
    {
        if (x is not { IsFirst: true })
        {
            return null;
        }

        var flat = new Signal(Layout.First, x.Channels, x.Places);
        var (q, k) = (Conv1d(x.Channels, 4, 1), Conv1d(x.Channels, 4, 1));
        return new Piece(
            new Block(
                "Pairs",
                (_, input) =>
                {
                    var t = input.reshape([-1, .. flat.Shape]);
                    var weights = einsum("bcq,bck->bqk", q.call(t), k.call(t)).softmax(-1);
                    return (t + einsum("bqk,bck->bcq", weights, t)).reshape([-1, .. x.Shape]);
                },
                ("q", q),
                ("k", k)),
            x,
            "attention by einsum over places");
    }

    /// <summary>A layer over time, and not over channels.</summary>
    private static Piece? Mixer(Dice dice, Signal x)
    {
        if (x.IsVector || x.Places > 24)
        {
            return null;
        }

        var (a, b) = (Linear(x.Places, 8), Linear(8, x.Places));
        return new Piece(
            new Block(
                "Mixer",
                (_, input) =>
                {
                    var t = x.IsFirst ? input.reshape([-1, x.Channels, x.Places]) : input.reshape([-1, x.Places, x.Channels]).transpose(1, 2);
                    t = b.call(functional.gelu(a.call(t)));
                    return input + (x.IsFirst ? t : t.transpose(1, 2)).reshape([-1, .. x.Shape]);
                },
                ("a", a),
                ("b", b)),
            x,
            "mixer over places");
    }

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

    private static Piece? Module(Dice dice, Signal x)
    {
        if (x is not { IsLast: true, Sides.Count: 1 } || x.Channels % 2 != 0)
        {
            return null;
        }

        var attention = MultiheadAttention(x.Channels, 2);
        return new Piece(
            new Block(
                "Module",
                (_, input) =>
                {
                    var t = input.transpose(0, 1);
                    return (t + attention.call(t, t, t).Item1).transpose(0, 1);
                },
                ("attention", attention)),
            x,
            "MultiheadAttention");
    }

    private static Piece? Encoder(Dice dice, Signal x)
    {
        if (x is not { IsLast: true, Sides.Count: 1 } || x.Channels % 2 != 0)
        {
            return null;
        }

        var encoder = TransformerEncoderLayer(x.Channels, 2, 8, dropout: 0);
        return new Piece(new Block("Encoder", (_, input) => encoder.call(input.transpose(0, 1), null!).transpose(0, 1), ("encoder", encoder)), x, "TransformerEncoderLayer");
    }

    /// <summary>Norm, layer, activation, layer, and the input again.</summary>
    private static Piece? FeedForward(Dice dice, Signal x)
    {
        var norm = Norms.Usual(dice, x);
        var up = Weighted.Layer(dice, x, 12);
        var activation = Activations.Any(dice, up.Output);
        var down = Weighted.Layer(dice, up.Output, x.Channels);
        var post = dice.Chance(0.3);
        return new Piece(
            new Block(
                "FeedForward",
                (_, input) => post
                    ? norm.Module.call(input + down.Module.call(activation.Module.call(up.Module.call(input))))
                    : input + down.Module.call(activation.Module.call(up.Module.call(norm.Module.call(input)))),
                ("norm", norm.Module),
                ("up", up.Module),
                ("activation", activation.Module),
                ("down", down.Module)),
            x,
            $"{(post ? "post" : "pre")}-norm feed-forward ({norm.Text}; {up.Text} - {activation.Text} - {down.Text})");
    }

    /// <summary>All products of two projections.</summary>
    private static Piece? Products(Dice dice, Signal x)
    {
        if (!x.IsVector)
        {
            return null;
        }

        var (a, b) = (Linear(x.Channels, 4), Linear(x.Channels, 3));
        return new Piece(
            new Block("Products", (_, input) => (a.call(input).unsqueeze(2) * b.call(input).unsqueeze(1)).flatten(1), ("a", a), ("b", b)),
            x.With(12),
            "outer product of two layers");
    }

    /// <summary>A softmax over channels.</summary>
    private static Piece? OverChannels(Dice dice, Signal x) =>
        new(new Block("OverChannels", (_, input) => input * input.softmax(x.ChannelDimension)), x, "times its softmax over channels");
}
