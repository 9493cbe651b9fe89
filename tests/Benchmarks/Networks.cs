using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>ResNet of 6n + 2 layers with 16, 32 and 64 filters and convolutional shortcuts, for inputs [N, 3, 32, 32].</summary>
internal sealed class ResNet : Module<Tensor, Tensor>
{
    private readonly Conv2d stem = Conv2d(3, 16, 3, padding: 1, bias: false);
    private readonly BatchNorm2d norm = BatchNorm2d(16);
    private readonly ModuleList<Module<Tensor, Tensor>> blocks = [];
    private readonly Linear head = Linear(64, 100);

    public ResNet(int depth)
        : base(nameof(ResNet))
    {
        var inputs = 16;
        foreach (var filters in new[] { 16, 32, 64 })
        {
            for (var i = 0; i < (depth - 2) / 6; i++)
            {
                blocks.append(new ResidualBlock(inputs, filters));
                inputs = filters;
            }
        }

        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var x = functional.relu(norm.call(stem.call(input)));
        foreach (var block in blocks)
        {
            x = block.call(x);
        }

        return head.call(x.mean([2, 3]));
    }

    private sealed class ResidualBlock : Module<Tensor, Tensor>
    {
        private readonly Conv2d conv1;
        private readonly BatchNorm2d norm1;
        private readonly Conv2d conv2;
        private readonly BatchNorm2d norm2;
        private readonly Conv2d? shortcut;
        private readonly BatchNorm2d? shortcutNorm;

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

        public override Tensor forward(Tensor input)
        {
            var x = functional.relu(norm1.call(conv1.call(input)));
            x = norm2.call(conv2.call(x));
            return functional.relu(x + (shortcut is null ? input : shortcutNorm!.call(shortcut.call(input))));
        }
    }
}
