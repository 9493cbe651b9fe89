using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FashionMnist;

/// <summary>A block of a transformer whose attention is made of linear layers: normalisation in front of attention, and of two layers.</summary>
internal sealed class TransformerBlock : Module<Tensor, Tensor>
{
    private readonly LayerNorm before;
    private readonly Linear all;
    private readonly Linear result;
    private readonly LayerNorm between;
    private readonly Linear wide;
    private readonly Linear narrow;
    private readonly int _heads;

    /// <summary>Makes the block with fresh weights.</summary>
    /// <param name="width">Features of a token.</param>
    /// <param name="heads">Heads of the attention; divides the width.</param>
    public TransformerBlock(int width, int heads)
        : base(nameof(TransformerBlock))
    {
        _heads = heads;
        (before, between) = (LayerNorm(width), LayerNorm(width));
        (all, result) = (Linear(width, 3 * width), Linear(width, width));
        (wide, narrow) = (Linear(width, 2 * width), Linear(2 * width, width));
        RegisterComponents();
    }

    /// <summary>Runs it.</summary>
    /// <param name="input">Tokens, <c>[N, length, width]</c>.</param>
    /// <returns>The same shape.</returns>
    public override Tensor forward(Tensor input)
    {
        var attended = input + result.call(Attention(all.call(before.call(input))));
        return attended + narrow.call(functional.relu(wide.call(between.call(attended))));
    }

    /// <summary>Each token looks at all of them.</summary>
    private Tensor Attention(Tensor joint)
    {
        var (count, length, width) = (joint.shape[0], joint.shape[1], joint.shape[2] / 3);
        var parts = joint.reshape(count, length, 3, _heads, width / _heads).permute(2, 0, 3, 1, 4).unbind(0);
        var shares = parts[0].matmul(parts[1].transpose(-2, -1)).div(Math.Sqrt(width / _heads)).softmax(-1);
        return shares.matmul(parts[2]).transpose(1, 2).reshape(count, length, width);
    }
}
