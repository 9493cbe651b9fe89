using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Engine;

public class SeveralInputsTests
{
    [Fact]
    public void A_network_of_two_inputs_and_two_outputs_is_searched()
    {
        using var result = Search(new SumAndDifference());

        Assert.Equal(["left", "right", "sum", "difference"], result.Plan.Layers.Select(layer => layer.Name));
        Assert.InRange(result.Plan.Totals.RelativeBops, 0.0001, 0.05);
        Assert.InRange(result.Plan.Metric.Compressed, -0.05, 0);

        // What feeds the outputs is not pruned, what feeds layers can be.
        Assert.All(result.Plan.Layers.Skip(2), layer => Assert.Equal(1, layer.KeptFilters.Count));
    }

    [Fact]
    public void Several_inputs_without_a_Forward_are_an_error_that_says_so()
    {
        var error = Assert.Throws<AbsException>(() => Search(new NoForward()));

        Assert.Equal(AbsCodes.ModelCodeFailed, error.Code);
        Assert.Contains("implement IAbsModel.Forward", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_targets_without_a_Loss_are_an_error_that_says_so()
    {
        IAbsModel model = new NoForward();
        Tensor[] two = [zeros(2), zeros(2)];

        Assert.Contains("implement IAbsModel.Loss", Assert.Throws<AbsException>(() => model.Loss(two, two)).Message, StringComparison.Ordinal);
        Assert.Contains("implement IAbsModel.Metric", Assert.Throws<AbsException>(() => model.Metric(two, two)).Message, StringComparison.Ordinal);
    }

    private static SearchResult Search(IAbsModel model) => SearchEngine.Run(
        model,
        StripesSearch.Job(new SearchSettings { Budget = new Budget(0.05), KeepFirstAndLast = false, BatchSize = 32, TrainEpochs = 15, SearchEpochs = 6, FineTuneEpochs = 6, LearningRate = 0.01 }, "two"),
        _ => { },
        CancellationToken.None);

    private class NoForward : IAbsModel
    {
        public virtual Module CreateNetwork() => new TwoBranches();

        public ModelData LoadData(ModelContext context) => new(Part(256, 1), Part(64, 2));

        private static LabelledData Part(int count, int seed)
        {
            _ = manual_seed(seed);
            var (a, b) = (rand([count, 4]), rand([count, 3]));
            var (left, right) = (a.sum(1, keepdim: true), b.sum(1, keepdim: true));
            return new LabelledData([a, b], [left + right, left - right]);
        }
    }

    /// <summary>Learns the sum and the difference of its inputs' sums.</summary>
    private sealed class SumAndDifference : NoForward, IAbsModel
    {
        public string MetricName => "-mse";

        public IReadOnlyList<Tensor> Forward(Module network, IReadOnlyList<Tensor> inputs)
        {
            var (sum, difference) = ((TwoBranches)network).call(inputs[0], inputs[1]);
            return [sum, difference];
        }

        public Tensor Loss(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets) =>
            functional.mse_loss(outputs[0], targets[0]) + functional.mse_loss(outputs[1], targets[1]);

        public double Metric(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets) => -Loss(outputs, targets).item<float>();
    }

    private sealed class TwoBranches : Module<Tensor, Tensor, (Tensor, Tensor)>
    {
        private readonly Module<Tensor, Tensor> left = Linear(4, 8);
        private readonly Module<Tensor, Tensor> right = Linear(3, 8);
        private readonly Module<Tensor, Tensor> sum = Linear(16, 1);
        private readonly Module<Tensor, Tensor> difference = Linear(16, 1);

        public TwoBranches()
            : base(nameof(TwoBranches)) => RegisterComponents();

        public override (Tensor, Tensor) forward(Tensor a, Tensor b)
        {
            var x = functional.relu(cat([left.call(a), right.call(b)], 1));
            return (sum.call(x), difference.call(x));
        }
    }
}
