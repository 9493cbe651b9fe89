using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Tracing.Tests.Infrastructure;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace AbsBuildTasks.Tracing.Tests;

/// <summary>Networks that cannot be rounded at sums, which a search may find out in its very last measurement.</summary>
public sealed class LastMeasurementTests
{
    [Fact]
    public void Where_rounding_ends_within_it_all_of_it_is_without()
    {
        var (rounded, _) = Measured("");
        var (without, _) = Measured("not of three");

        var (metric, told) = Measured("turns at the end");

        Assert.NotEqual(without, rounded);
        Assert.Contains(told, text => text.StartsWith("fine-tuning does not round at sums", StringComparison.Ordinal) && text.EndsWith("the network goes another way than it was seen to go", StringComparison.Ordinal));
        Assert.Equal(without, metric);
    }

    private static (double Metric, string[] Told) Measured(string name) => Rewritten.Run<(double, string[])>(Search, name);

    private static (double Metric, string[] Told) Search(string name)
    {
        var told = new List<string>();

        // Without fine-tuning, so that nothing is measured with rounded values before the end.
        var job = SumSearch.Job() with { Settings = SumSearch.Job().Settings with { FineTuneEpochs = 0 }, Tell = told.Add };
        using var result = SearchEngine.Run(new Model(name), job, _ => { }, CancellationToken.None);
        return (result.Plan.Metric.Compressed, [.. told]);
    }

    /// <summary>Which of a network's inputs is the largest; measured by one number, which every rounding changes.</summary>
    private sealed class Model(string name) : IAbsModel
    {
        // A network is measured on 256 examples at a time: these are in a batch of their own.
        private const int Last = 5;

        public Module CreateNetwork()
        {
            _ = manual_seed(1);
            var (stem, one, head) = (Conv2d(3, 8, 3, padding: 1), Conv2d(8, 8, 3, padding: 1), Linear(8, 3));
            return new FunctionNetwork(
                x =>
                {
                    x = relu(stem.call(x));
                    return head.call(relu(one.call(x) + x).mean([2, 3]));
                },
                stem, one, head);
        }

        public ModelData LoadData(ModelContext context) => new(Data(1, 64), Data(2, 256 + Last));

        public IReadOnlyList<Tensor> Forward(Module network, IReadOnlyList<Tensor> inputs)
        {
            var (count, output) = (inputs[0].shape[0], ((Module<Tensor, Tensor>)network).call(inputs[0]));
            return name switch
            {
                // On so many the values are looked for that can be rounded.
                "not of three" when count == 3 => throw new InvalidOperationException("no three examples"),

                // Two more calls of a function whose values are rounded; they change nothing.
                "turns at the end" when count == Last => [relu(output) - relu(-output)],
                _ => [output],
            };
        }

        // Of all examples, what rounding changes would cancel out.
        public double Metric(Tensor output, Tensor target) => output[0, 0].to(ScalarType.Float64).item<double>();

        private static LabelledData Data(ulong seed, int count)
        {
            var examples = randn([count, 3, 4, 4], generator: new Generator(seed));
            return new LabelledData(examples, examples.flatten(1).narrow(1, 0, 3).argmax(1));
        }
    }
}
