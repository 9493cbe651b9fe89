using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tiny;

public sealed class TinyNetwork : Module<Tensor, Tensor>
{
    private readonly Conv2d first = Conv2d(1, 8, 3, padding: 1, bias: false);
    private readonly BatchNorm2d norm1 = BatchNorm2d(8);
    private readonly Conv2d second = Conv2d(8, 8, 3, padding: 1, bias: false);
    private readonly BatchNorm2d norm2 = BatchNorm2d(8);
    private readonly Linear logits = Linear(8 * 3 * 3, 4);

    public TinyNetwork()
        : base(nameof(TinyNetwork)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        // As careful networks do: whatever is made in here ends here.
        using var scope = NewDisposeScope();
        var x = functional.relu(norm1.call(first.call(input)));
#if USES_FORWARD
        x = functional.relu(norm2.call(second.forward(x)));
#else
        x = functional.relu(norm2.call(second.call(x)));
#endif
#if READS
        _ = x.max().item<float>();
#endif
        x = functional.max_pool2d(x, 2);
        return logits.call(x.flatten(1)).MoveToOuterDisposeScope();
    }
}
