using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Digits;

/// <summary>A small convolutional network for images of 8×8 pixels and 10 classes.</summary>
public sealed class DigitsNetwork : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1 = Conv2d(1, 16, 3, padding: 1, bias: false);
    private readonly BatchNorm2d norm1 = BatchNorm2d(16);
    private readonly Conv2d conv2 = Conv2d(16, 32, 3, padding: 1, bias: false);
    private readonly BatchNorm2d norm2 = BatchNorm2d(32);
    private readonly Conv2d conv3 = Conv2d(32, 64, 3, padding: 1, bias: false);
    private readonly BatchNorm2d norm3 = BatchNorm2d(64);
    private readonly Linear hidden = Linear(64 * 2 * 2, 64);
    private readonly Linear logits = Linear(64, 10);

    /// <summary>Makes the network with fresh weights.</summary>
    public DigitsNetwork()
        : base(nameof(DigitsNetwork)) => RegisterComponents();

    /// <summary>Scores each class.</summary>
    /// <param name="input">Images, <c>[N, 1, 8, 8]</c>, 0 to 1.</param>
    /// <returns>Logits, <c>[N, 10]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        var x = functional.relu(norm1.call(conv1.call(input)));
        x = functional.max_pool2d(functional.relu(norm2.call(conv2.call(x))), 2);
        x = functional.max_pool2d(functional.relu(norm3.call(conv3.call(x))), 2);
        x = functional.relu(hidden.call(x.flatten(1)));
        return logits.call(x);
    }
}
