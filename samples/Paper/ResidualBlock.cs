using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Paper;

/// <summary>Two 3×3 convolutions beside a shortcut, which is a 1×1 convolution where the channels change.</summary>
internal sealed class ResidualBlock : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d norm1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d norm2;
    private readonly Conv2d? shortcut;
    private readonly BatchNorm2d? shortcutNorm;

    /// <summary>Makes the block; where the channels change, the image's sides are halved.</summary>
    /// <param name="inputs">Channels that come in.</param>
    /// <param name="filters">Channels that go out.</param>
    public ResidualBlock(int inputs, int filters)
        : base(nameof(ResidualBlock))
    {
        var stride = inputs == filters ? 1 : 2;
        conv1 = Conv2d(inputs, filters, 3, stride: stride, padding: 1, bias: false);
        norm1 = BatchNorm2d(filters);
        conv2 = Conv2d(filters, filters, 3, padding: 1, bias: false);
        norm2 = BatchNorm2d(filters);
        if (inputs != filters)
        {
            shortcut = Conv2d(inputs, filters, 1, stride: stride, bias: false);
            shortcutNorm = BatchNorm2d(filters);
        }

        RegisterComponents();
    }

    /// <summary>Runs the block.</summary>
    /// <param name="input"><c>[N, inputs, H, W]</c>.</param>
    /// <returns><c>[N, filters, H, W]</c>, or half of the sides.</returns>
    public override Tensor forward(Tensor input)
    {
        var x = functional.relu(norm1.call(conv1.call(input)));
        x = norm2.call(conv2.call(x));
        return functional.relu(x + (shortcut is null ? input : shortcutNorm!.call(shortcut.call(input))));
    }
}
