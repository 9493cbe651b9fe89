using AbsBuildTasks.Plans.Documents;
using FashionMnist;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>LeNet-5 with the pruned filters really gone.</summary>
internal sealed class Smaller : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly Conv2d conv2;
    private readonly Linear fc1;
    private readonly Linear fc2;

    private Smaller(int filters1, int filters2, int features)
        : base(nameof(Smaller))
    {
        conv1 = Conv2d(1, filters1, 5);
        conv2 = Conv2d(filters1, filters2, 5);
        fc1 = Linear(filters2 * 16, features);
        fc2 = Linear(features, 10);
        RegisterComponents();
    }

    /// <summary>A network of the same sizes.</summary>
    public Smaller(Smaller other)
        : this((int)other.conv1.out_channels, (int)other.conv2.out_channels, (int)other.fc1.out_features)
    {
    }

    /// <summary>Takes the kept filters out of a network.</summary>
    /// <returns>The smaller network, and its multiply-accumulates relative to the whole one's.</returns>
    public static (Smaller Network, double Scale) Of(LeNet5 whole, CompressionPlan plan)
    {
        using var noGradient = no_grad();
        long[][] kept = [.. plan.Layers.Take(3).Select(layer => layer.KeptFilters.Select(filter => (long)filter).ToArray())];
        var small = new Smaller(kept[0].Length, kept[1].Length, kept[2].Length);
        var state = whole.state_dict();
        long[] flat = [.. kept[1].SelectMany(filter => Enumerable.Range(0, 16).Select(position => (filter * 16) + position))];
        Copy("conv1", kept[0], null);
        Copy("conv2", kept[1], kept[0]);
        Copy("fc1", kept[2], flat);
        Copy("fc2", null, kept[2]);
        return (small, plan.Totals.RelativeBops);

        void Copy(string layer, long[]? filters, long[]? inputs)
        {
            var (weight, bias) = (state[layer + ".weight"], state[layer + ".bias"]);
            weight = filters is null ? weight : weight.index_select(0, tensor(filters));
            bias = filters is null ? bias : bias.index_select(0, tensor(filters));
            _ = small.state_dict()[layer + ".weight"].copy_(inputs is null ? weight : weight.index_select(1, tensor(inputs)));
            _ = small.state_dict()[layer + ".bias"].copy_(bias);
        }
    }

    public override Tensor forward(Tensor input)
    {
        var x = functional.max_pool2d(functional.relu(conv1.call(input)), 2);
        x = functional.max_pool2d(functional.relu(conv2.call(x)), 2);
        return fc2.call(functional.relu(fc1.call(x.flatten(1))));
    }
}
