using System.Globalization;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Tracing.Tests.Infrastructure;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace AbsBuildTasks.Tracing.Tests;

/// <summary>Networks that cannot be rounded at sums, which a search may find out in its very last measurement.</summary>
public sealed class LastMeasurementTests
{
    // A network is measured on so many examples at a time, and then on those that are left.
    private const int Most = 256;
    private const int Last = 5;

    [Fact]
    public void Where_rounding_ends_within_it_all_of_it_is_without()
    {
        var (rounded, _) = Measured("");
        var (without, _) = Measured("not of three");

        var (metric, told) = Measured("turns at the end");

        Assert.NotEqual(without, rounded);
        Assert.EndsWith("the network goes another way than it was seen to go", Assert.Single(told, text => text.StartsWith("fine-tuning does not round at sums", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(without, metric);
    }

    [Fact]
    public void What_an_application_in_torch_gets_is_told()
    {
        var (stated, loaded, told) = Rewritten.Run<(double, double, string[])>(Load);

        Assert.NotEqual(stated, loaded, 4);
        var line = Assert.Single(told, text => text.StartsWith("an application that loads the weights in torch", StringComparison.Ordinal));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $" of {loaded:0.####} on the test data, where the plan and its file have {stated:0.####}"), line, StringComparison.Ordinal);
    }

    private static (double Metric, string[] Told) Measured(string name) => Rewritten.Run<(double, string[])>(Search, name);

    private static (double Metric, string[] Told) Search(string name)
    {
        var told = new List<string>();
        using var result = SearchEngine.Run(new Model(name), Job(told), _ => { }, CancellationToken.None);
        return (result.Plan.Metric.Compressed, [.. told]);
    }

    private static (double Stated, double Loaded, string[] Told) Load()
    {
        var (file, told, model) = (Path.GetTempFileName(), new List<string>(), new Model(""));
        try
        {
            using var result = SearchEngine.Run(model, Job(told), _ => { }, CancellationToken.None);
            result.SaveWeights(file);
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var network = CompressedModel.Load((Module<Tensor, Tensor>)model.CreateNetwork(), file);
            network.eval();
            var test = model.LoadData(new ModelContext(".", [])).Test.Inputs;
            var (most, last) = (test.narrow(0, 0, Most), test.narrow(0, Most, Last));
            var loaded = ((Most * model.Metric(network.call(most), most)) + (Last * model.Metric(network.call(last), last))) / (Most + Last);
            return (result.Plan.Metric.Compressed, loaded, [.. told]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    // Without fine-tuning, so that nothing is measured with rounded values before the end.
    private static SearchJob Job(List<string> told) => SumSearch.Job() with { Settings = SumSearch.Job().Settings with { FineTuneEpochs = 0 }, Tell = told.Add };

    /// <summary>Which of a network's inputs is the largest; measured by one number, which every rounding changes.</summary>
    private sealed class Model(string name) : IAbsModel
    {
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

        public ModelData LoadData(ModelContext context) => new(Data(1, 64), Data(2, Most + Last));

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
