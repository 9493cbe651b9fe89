using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FashionMnist;

/// <summary>LeNet-5 with 32 and 64 filters, for inputs [N, 1, 28, 28].</summary>
internal sealed class LeNet5 : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1 = Conv2d(1, 32, 5);
    private readonly Conv2d conv2 = Conv2d(32, 64, 5);
    private readonly Linear fc1 = Linear(1024, 512);
    private readonly Linear fc2 = Linear(512, 10);

    /// <summary>Makes the network with fresh weights.</summary>
    public LeNet5()
        : base(nameof(LeNet5)) => RegisterComponents();

    /// <summary>Scores each class.</summary>
    /// <param name="input">Images, <c>[N, 1, 28, 28]</c>.</param>
    /// <returns>Logits, <c>[N, 10]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        var x = functional.max_pool2d(functional.relu(conv1.call(input)), 2);
        x = functional.max_pool2d(functional.relu(conv2.call(x)), 2);
        return fc2.call(functional.relu(fc1.call(x.flatten(1))));
    }
}
