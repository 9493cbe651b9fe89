using AbsBuildTasks.Search;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>Ten classes of small noisy pictures, each a smooth pattern at a random place.</summary>
/// <param name="network">Makes a network of its own for pictures [N, 1, 12, 12]; null for a small one.</param>
internal sealed class TexturesModel(Func<Module>? network = null) : IAbsModel
{
    public Module CreateNetwork() => network?.Invoke() ?? new Network();

    public ModelData LoadData(ModelContext context)
    {
        var random = new Random(11);
        var patterns = Enumerable.Range(0, 10).Select(_ => (random.NextDouble() * 2, random.NextDouble() * 2, random.NextDouble() * 2)).ToArray();
        return new(Part(3000), Part(1000));

        LabelledData Part(int count)
        {
            var (pixels, labels) = (new float[count * 144], new long[count]);
            for (var i = 0; i < count; i++)
            {
                labels[i] = random.Next(10);
                var (across, down, both) = patterns[labels[i]];
                var (left, top) = (random.NextDouble() * 6, random.NextDouble() * 6);
                for (var p = 0; p < 144; p++)
                {
                    var (x, y) = ((p % 12) + left, (p / 12) + top);
                    var value = Math.Sin(across * x) + Math.Sin(down * y) + Math.Sin(both * (x + y));
                    pixels[(i * 144) + p] = (float)(value + (4 * (random.NextDouble() + random.NextDouble() - 1)));
                }
            }

            return new(tensor(pixels).reshape(count, 1, 12, 12), tensor(labels));
        }
    }

    private sealed class Network : Module<Tensor, Tensor>
    {
        private readonly Conv2d conv1 = Conv2d(1, 16, 3, padding: 1, bias: false);
        private readonly BatchNorm2d norm1 = BatchNorm2d(16);
        private readonly Conv2d conv2 = Conv2d(16, 32, 3, padding: 1, bias: false);
        private readonly BatchNorm2d norm2 = BatchNorm2d(32);
        private readonly Linear hidden = Linear(32 * 9, 64);
        private readonly Linear logits = Linear(64, 10);

        public Network()
            : base("Textures") => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var x = functional.max_pool2d(functional.relu(norm1.call(conv1.call(input))), 2);
            x = functional.max_pool2d(functional.relu(norm2.call(conv2.call(x))), 2);
            return logits.call(functional.relu(hidden.call(x.flatten(1))));
        }
    }
}
