using FashionMnist;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Words;

/// <summary>A small transformer that reads a word letter by letter, for inputs [N, <see cref="WordLists.Length"/>] of letters' numbers.</summary>
internal sealed class WordNetwork : Module<Tensor, Tensor>
{
    private const int Width = 48;
    private const int Heads = 4;
    private const int Blocks = 2;

    private readonly Embedding letters = Embedding(WordLists.Letters.Length + 1, Width);
    private readonly Parameter places = new(randn(WordLists.Length, Width) * 0.1);
    private readonly ModuleList<TransformerBlock> blocks = new([.. Enumerable.Range(0, Blocks).Select(_ => new TransformerBlock(Width, Heads))]);
    private readonly LayerNorm norm = LayerNorm(Width);
    private readonly Linear head = Linear(Width, WordLists.Languages.Count);

    /// <summary>Makes the network with fresh weights.</summary>
    public WordNetwork()
        : base(nameof(WordNetwork)) => RegisterComponents();

    /// <summary>Scores each language.</summary>
    /// <param name="input">Letters, <c>[N, length]</c>.</param>
    /// <returns>Logits, <c>[N, 5]</c>.</returns>
    public override Tensor forward(Tensor input) =>
        head.call(norm.call(blocks.Aggregate(letters.call(input) + places, (value, block) => block.call(value))).mean([1]));
}
