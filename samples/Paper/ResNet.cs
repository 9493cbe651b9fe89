using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Paper;

/// <summary>A stem, stages of residual blocks, and a linear layer on the mean over all positions.</summary>
internal sealed class ResNet : Module<Tensor, Tensor>
{
    private readonly Conv2d stem;
    private readonly BatchNorm2d norm;
    private readonly MaxPool2d? pool;
    private readonly ModuleList<Module<Tensor, Tensor>> blocks = [];
    private readonly Linear head;

    private ResNet(Conv2d stem, MaxPool2d? pool, int[] stages, int blocksPerStage, int classes)
        : base(nameof(ResNet))
    {
        this.stem = stem;
        this.pool = pool;
        norm = BatchNorm2d(stages[0]);
        var inputs = stages[0];
        foreach (var filters in stages)
        {
            for (var i = 0; i < blocksPerStage; i++)
            {
                blocks.append(new ResidualBlock(inputs, filters));
                inputs = filters;
            }
        }

        head = Linear(inputs, classes);
        RegisterComponents();
    }

    /// <summary>A network for small images: 6n + 2 layers with 16, 32 and 64 filters.</summary>
    /// <param name="depth">Layers on the longest way: 20, 56, ….</param>
    /// <param name="channels">Channels of the images.</param>
    /// <param name="classes">Logits.</param>
    public static ResNet Small(int depth, int channels, int classes) =>
        new(Conv2d(channels, 16, 3, padding: 1, bias: false), null, [16, 32, 64], (depth - 2) / 6, classes);

    /// <summary>ResNet-18, for images of about 224×224 pixels.</summary>
    /// <param name="classes">Logits.</param>
    public static ResNet Eighteen(int classes) =>
        new(Conv2d(3, 64, 7, stride: 2, padding: 3, bias: false), MaxPool2d(3, stride: 2, padding: 1), [64, 128, 256, 512], 2, classes);

    /// <summary>Scores each class.</summary>
    /// <param name="input">Images, <c>[N, C, H, W]</c>.</param>
    /// <returns>Logits, <c>[N, classes]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        var x = functional.relu(norm.call(stem.call(input)));
        x = pool?.call(x) ?? x;
        foreach (var block in blocks)
        {
            x = block.call(x);
        }

        return head.call(x.mean([2, 3]));
    }
}
