using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>An encoder of attention by linear layers, 32 features wide, over sequences <c>[N, T, 8]</c>: each block adds to what goes through.</summary>
internal sealed class Encoder : Module<Tensor, Tensor>
{
    private const int Width = 32;

    private readonly Linear enter = Linear(8, Width);
    private readonly ModuleList<Block> blocks;
    private readonly LayerNorm norm = LayerNorm(Width);
    private readonly Linear head = Linear(Width, 10);

    public Encoder(int depth)
        : base(nameof(Encoder))
    {
        blocks = ModuleList(Enumerable.Range(0, depth).Select(_ => new Block()).ToArray());
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var x = enter.call(input);
        foreach (var block in blocks)
        {
            x = block.call(x);
        }

        return head.call(norm.call(x).mean([1]));
    }

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly LayerNorm before = LayerNorm(Width), between = LayerNorm(Width);
        private readonly Linear queries = Linear(Width, 3 * Width), project = Linear(Width, Width), widen = Linear(Width, 2 * Width), narrow = Linear(2 * Width, Width);

        public Block()
            : base(nameof(Block)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var parts = queries.call(before.call(input)).chunk(3, 2);
            var x = input + project.call(functional.softmax(parts[0].matmul(parts[1].transpose(1, 2)) / Math.Sqrt(Width), 2).matmul(parts[2]));
            return x + narrow.call(functional.gelu(widen.call(between.call(x))));
        }
    }
}
