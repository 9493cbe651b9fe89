using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;

/// <summary>Attention, by hand and of torch's own.</summary>
internal static class Attention
{
    public static readonly Func<Dice, Signal, Piece?>[] Makers = [Heads, Heads, SequenceFirst, Pairs, Cross, ClassToken, Module, Encoder, OverChannels];

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
        var table = bias && dice.Chance(0.5);
        var (hidden, perHead) = (Linear(2, 6), Linear(6, heads, hasBias: false));
        var (q, k, v, all) = joined ? (null, null, null, Linear(width, 3 * width)) : (Linear(width, width), Linear(width, width), Linear(width, width), (TorchSharp.Modules.Linear?)null);
        (string, Module)[] layers = all is null ? [("q", q!), ("k", k!), ("v", v!), ("output", output)] : [("all", all), ("output", output)];
        if (table)
        {
            layers = [.. layers, ("hidden", hidden), ("perHead", perHead)];
        }

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
                    scores += table
                        ? perHead.call(functional.relu(hidden.call(self["table"]))).permute(2, 0, 1).unsqueeze(0)
                        : self["bias"];
                }

                if (causal)
                {
                    scores = scores.masked_fill(ones(time, time).triu(1).to(ScalarType.Bool), float.NegativeInfinity);
                }

                return output.call(Join(scores.softmax(-1).matmul(value)));
            },
            layers);
        var values = linspace(-1, 1, time * time * heads);
        _ = table ? block.WithBuffer("table", values.reshape(time, time, 2)) : block.With("bias", values.reshape(1, heads, time, time));
        return new Piece(block, x, $"attention of {heads} heads{(joined ? " from one layer" : "")}{(fused ? ", fused" : (bias ? table ? ", bias of layers" : ", bias" : "") + (causal ? ", causal" : ""))}");

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

    private static Piece? Cross(Dice dice, Signal x)
    {
        if (x is not { IsLast: true, Sides.Count: 1 })
        {
            return null;
        }

        var (stage, fusion) = (Stages.Any(dice, x, x.Channels), new Fusion(x.Channels));
        return new Piece(
            new Block("Cross", (_, input) => fusion.call(input, stage.Module.call(input.narrow(1, 0, x.Sides[0] - 1))), ("stage", stage.Module), ("fusion", fusion)),
            x,
            $"attention to all but the last step: {stage.Text}");
    }

    /// <summary>A learned token beside the others.</summary>
    private static Piece? ClassToken(Dice dice, Signal x) => x is { IsLast: true, Sides.Count: 1 }
        ? new Piece(
            new Block("ClassToken", (self, input) => cat([self["token"].expand(input.shape[0], 1, x.Channels), input], 1)).With("token", linspace(-0.5, 0.5, x.Channels).reshape(1, 1, x.Channels)),
            x with { Sides = [x.Sides[0] + 1] },
            "a learned token first")
        : null;

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

    /// <summary>A softmax over channels.</summary>
    private static Piece? OverChannels(Dice dice, Signal x) =>
        new(new Block("OverChannels", (_, input) => input * input.softmax(x.ChannelDimension)), x, "times its softmax over channels");
}
