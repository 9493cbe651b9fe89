using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Models;

/// <summary>The model project of a seed.</summary>
internal sealed class RandomModel : IAbsModel
{
    private readonly int _seed;
    private readonly List<(double Metric, IReadOnlyList<float[]> Outputs)> _seen = [];
    private readonly int _classes;
    private readonly int _outputs;
    private readonly bool _regression;
    private RandomNetwork? _network;

    public RandomModel(int seed)
    {
        _seed = seed;
        var dice = new Dice(seed + 1_000_000);
        _regression = dice.Chance(0.2);
        _classes = dice.Number(2, 4);
        _outputs = dice.Chance(0.15) ? 2 : 1;
        TrainCount = dice.Number(12, 32) * 4;
        TestCount = dice.Number(12, 24) * 2;
    }

    public int TrainCount { get; }

    public int TestCount { get; }

    public string MetricName => _regression ? "-mse" : "sureness";

    /// <summary>How the network reads.</summary>
    public string Text => Network().Text;

    /// <summary>Codes that the network may be refused with.</summary>
    public IReadOnlyList<string> TrueReasons => Network().TrueReasons;

    /// <summary>Whether channels that are zero in evaluation may be anything in training.</summary>
    public bool IsNoisy => Network().IsNoisy;

    /// <summary>What an example is made of.</summary>
    public IReadOnlyList<RandomData.Input> Inputs => Network().Inputs;

    /// <summary>The outputs on all test data whose metric comes next to a value, of those that <see cref="Metric"/> saw.</summary>
    public IReadOnlyList<float[]> OutputsWith(double metric) => _seen.MinBy(seen => Math.Abs(seen.Metric - metric)).Outputs;

    public Module CreateNetwork()
    {
        _network = RandomNetwork.Create(new Dice(_seed), _regression ? 1 : _classes, _outputs);
        Spread(_network.Module, new Dice(_seed + 4_000_000));
        return _network.Module;
    }

    public ModelData LoadData(ModelContext context) => new(Part(TrainCount, 1), Part(TestCount, 2));

    public IReadOnlyList<Tensor> Forward(Module network, IReadOnlyList<Tensor> inputs) => Network().Forward(network, inputs);

    public Tensor Loss(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets) => outputs
        .Zip(targets, (output, target) => _regression ? functional.mse_loss(output, target) : functional.cross_entropy(output, target))
        .Aggregate((a, b) => a + b);

    public Tensor DistillationLoss(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> wanted) => functional.mse_loss(outputs[0], wanted[0]);

    /// <summary>A number that every output has a part in, which top-1 is not.</summary>
    public double Metric(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets)
    {
        var metric = _regression
            ? -Loss(outputs, targets).item<float>()
            : outputs.Zip(targets, (output, target) => output.softmax(1).gather(1, target.unsqueeze(1)).mean().item<float>()).Sum() * 100;

        // Metrics of fewer examples say what the noise is.
        if (targets[0].shape[0] >= TestCount)
        {
            _seen.Add((metric, [.. outputs.Select(output => output.detach().cpu().contiguous().data<float>().ToArray())]));
        }

        return metric;
    }

    /// <summary>
    /// Fresh norms scale by one and shift by nothing, which hides who forgets them; and users start some layers at zero,
    /// or do not train them.
    /// </summary>
    private static void Spread(Module network, Dice dice)
    {
        using var noGradient = no_grad();
        var (starts, frozen) = (dice.Chance(0.2), dice.Chance(0.15));
        foreach (var (name, parameter) in network.named_parameters())
        {
            using var noise = randn_like(parameter);
            var isVector = parameter.dim() == 1;
            if (isVector)
            {
                _ = parameter.add_(noise, 0.2);
            }

            if (starts && dice.Chance(0.1))
            {
                _ = parameter.zero_();
            }
            else if (isVector && name.EndsWith("bias", StringComparison.Ordinal) && dice.Chance(0.05))
            {
                // What a ReLU lets through of it is nothing, at first.
                _ = parameter.add_(-3);
            }

            // Something must be left to train.
            if (frozen && !name.StartsWith("head", StringComparison.Ordinal) && !name.StartsWith("1.", StringComparison.Ordinal) && dice.Chance(0.3))
            {
                parameter.requires_grad = false;
            }
        }
    }

    private RandomNetwork Network()
    {
        if (_network is null)
        {
            using var network = CreateNetwork();
        }

        return _network!;
    }

    private LabelledData Part(int count, int part) => RandomData.Part(Network().Inputs, _classes, _regression, _outputs, count, _seed, part, Network().OutputSides);
}
