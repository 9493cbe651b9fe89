using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FashionMnist;

/// <summary>A recurrent network that reads an image row by row, for inputs [N, 1, 28, 28].</summary>
internal sealed class RowGru : Module<Tensor, Tensor>
{
    private readonly GRU rows = GRU(28, 128, batchFirst: true);
    private readonly Linear head = Linear(128, 10);

    /// <summary>Makes the network with fresh weights.</summary>
    public RowGru()
        : base(nameof(RowGru)) => RegisterComponents();

    /// <summary>Scores each class.</summary>
    /// <param name="input">Images, <c>[N, 1, 28, 28]</c>.</param>
    /// <returns>Logits, <c>[N, 10]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        var (_, last) = rows.call(input.squeeze(1));
        return head.call(last.squeeze(0));
    }
}
