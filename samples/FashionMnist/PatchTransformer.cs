using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FashionMnist;

/// <summary>A small vision transformer, for inputs [N, 1, 28, 28]: an image is 16 patches of 7×7 pixels.</summary>
internal sealed class PatchTransformer : Module<Tensor, Tensor>
{
    private const int Patch = 7;
    private const int Patches = 16;
    private const int Width = 64;
    private const int Heads = 4;
    private const int Blocks = 3;

    private readonly Conv2d patches = Conv2d(1, Width, Patch, stride: Patch);
    private readonly Parameter token = new(randn(1, 1, Width) * 0.02);
    private readonly Parameter places = new(randn(1, Patches + 1, Width) * 0.02);
    private readonly ModuleList<TransformerBlock> blocks = new([.. Enumerable.Range(0, Blocks).Select(_ => new TransformerBlock(Width, Heads))]);
    private readonly LayerNorm norm = LayerNorm(Width);
    private readonly Linear head = Linear(Width, 10);

    /// <summary>Makes the network with fresh weights.</summary>
    public PatchTransformer()
        : base(nameof(PatchTransformer)) => RegisterComponents();

    /// <summary>Scores each class.</summary>
    /// <param name="input">Images, <c>[N, 1, 28, 28]</c>.</param>
    /// <returns>Logits, <c>[N, 10]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        var tokens = patches.call(input).flatten(2).transpose(1, 2);
        tokens = cat([token.expand(input.shape[0], 1, Width), tokens], 1) + places;
        tokens = blocks.Aggregate(tokens, (value, block) => block.call(value));
        return head.call(norm.call(tokens).select(1, 0));
    }
}
