using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Data;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Worker.Tests;

/// <summary>A model that a worker trains in an instant, with everything that is left to chance: dropout, shuffling, augmentation.</summary>
public sealed class StripesModel : IAbsModel
{
    public Module CreateNetwork() => new Network();

    public ModelData LoadData(ModelContext context)
    {
        Mistake.Make();
        return new(Part(96, 1), Part(32, 2))
        {
            Augmentation = new Augmentation { HorizontalFlip = true, CropPadding = 1 },
        };
    }

    private static LabelledData Part(int count, int seed)
    {
        var random = new Random(seed);
        var labels = Enumerable.Range(0, count).Select(i => (long)(i % 4)).ToArray();
        var pixels = Enumerable.Range(0, count * 64).Select(i => (random.NextSingle() * 0.6f) + (i % 64 / 16 == labels[i / 64] ? 0.4f : 0)).ToArray();
        return new LabelledData(tensor(pixels).reshape(count, 1, 8, 8), tensor(labels));
    }

    private sealed class Network : Module<Tensor, Tensor>
    {
        private readonly Conv2d first = Conv2d(1, 6, 3, padding: 1, bias: false);
        private readonly BatchNorm2d norm = BatchNorm2d(6);
        private readonly Conv2d second = Conv2d(6, 8, 3, padding: 1);
        private readonly Dropout dropout = Dropout(0.2);
        private readonly Linear logits = Linear(8 * 4, 4);

        public Network()
            : base(nameof(Network)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var x = functional.relu(second.call(functional.relu(norm.call(first.call(input)))));
            return logits.call(dropout.call(functional.max_pool2d(x, 4).flatten(1)));
        }
    }
}
