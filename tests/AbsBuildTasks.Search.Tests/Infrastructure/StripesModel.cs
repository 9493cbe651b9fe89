using AbsBuildTasks.Search.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Infrastructure;

/// <summary>A task that a small network learns in an instant: which of four stripes of a noisy image is bright.</summary>
internal sealed class StripesModel : IAbsModel
{
    public Func<Module<Tensor, Tensor>> Network { get; init; } = TestNetworks.Chain;

    public Func<Tensor, Tensor, Tensor> LossOf { get; init; } = (output, target) => functional.cross_entropy(output, target);

    public Func<Tensor, Tensor, double>? MetricOf { get; init; }

    public Func<MetricAccumulator>? Start { get; init; }

    public Augmentation? Augmentation { get; init; }

    public int TestSeed { get; init; } = 2;

    public Action<Module, string> LoadWeightsWith { get; init; } = (network, file) => network.load(file);

    public bool LowerIsBetter { get; init; }

    public IReadOnlyList<FurtherMetric> FurtherMetrics { get; init; } = [];

    public Module CreateNetwork() => Network();

    public void LoadWeights(Module network, string file) => LoadWeightsWith(network, file);

    public ModelData LoadData(ModelContext context) => new(Part(256, 1), Part(128, TestSeed)) { Augmentation = Augmentation };

    public double Metric(Tensor output, Tensor target) => MetricOf?.Invoke(output, target) ?? 100 * output.argmax(1).eq(target).to(ScalarType.Float64).mean().item<double>();

    public MetricAccumulator? StartMetric() => Start?.Invoke();

    public Tensor Loss(Tensor output, Tensor target) => LossOf(output, target);

    private static LabelledData Part(int count, int seed)
    {
        var random = new Random(seed);
        var pixels = new float[count * 3 * 64];
        var labels = new long[count];
        for (var i = 0; i < count; i++)
        {
            labels[i] = random.Next(4);
            for (var p = 0; p < 3 * 64; p++)
            {
                pixels[(i * 3 * 64) + p] = (random.NextSingle() * 0.6f) + (p % 64 / 16 == labels[i] ? 0.4f : 0);
            }
        }

        return new LabelledData(tensor(pixels).reshape(count, 3, 8, 8), tensor(labels));
    }
}
