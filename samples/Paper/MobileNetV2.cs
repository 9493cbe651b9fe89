using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Paper;

/// <summary>MobileNetV2 at width 1, for images of about 224×224 pixels.</summary>
internal sealed class MobileNetV2 : Module<Tensor, Tensor>
{
    private static readonly (int Expansion, int Filters, int Blocks, int Stride)[] Stages =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    private readonly Conv2d stem = Conv2d(3, 32, 3, stride: 2, padding: 1, bias: false);
    private readonly BatchNorm2d stemNorm = BatchNorm2d(32);
    private readonly ModuleList<Module<Tensor, Tensor>> blocks = [];
    private readonly Conv2d last;
    private readonly BatchNorm2d lastNorm = BatchNorm2d(1280);
    private readonly Dropout dropout = Dropout(0.2);
    private readonly Linear head;

    /// <summary>Makes the network with fresh weights.</summary>
    /// <param name="classes">Logits.</param>
    public MobileNetV2(int classes)
        : base(nameof(MobileNetV2))
    {
        var inputs = 32;
        foreach (var (expansion, filters, count, stride) in Stages)
        {
            for (var i = 0; i < count; i++)
            {
                blocks.append(new InvertedResidual(inputs, filters, expansion, i == 0 ? stride : 1));
                inputs = filters;
            }
        }

        last = Conv2d(inputs, 1280, 1, bias: false);
        head = Linear(1280, classes);
        RegisterComponents();
    }

    /// <summary>Scores each class.</summary>
    /// <param name="input">Images, <c>[N, 3, H, W]</c>.</param>
    /// <returns>Logits, <c>[N, classes]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        var x = functional.relu6(stemNorm.call(stem.call(input)));
        foreach (var block in blocks)
        {
            x = block.call(x);
        }

        x = functional.relu6(lastNorm.call(last.call(x)));
        return head.call(dropout.call(x.mean([2, 3])));
    }
}
