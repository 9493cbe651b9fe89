using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Infrastructure;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Engine;

/// <summary>Searches that end before they have a plan.</summary>
public sealed class SearchFailureTests
{
    private static readonly SearchSettings Settings = StripesSearch.Settings;

    [Fact]
    public void A_metric_that_is_not_a_number_ends_before_the_search()
    {
        var reports = new List<SearchProgress>();

        Assert.Equal(AbsCodes.ModelCodeFailed, Assert.Throws<AbsException>(() => StripesSearch.Run(Settings, new StripesModel { MetricOf = (_, _) => double.NaN }, reports.Add)).Code);
        Assert.DoesNotContain(reports, report => report.Phase == "search");
    }

    [Fact]
    public void Targets_that_are_no_class_indices_are_told_so()
    {
        IAbsModel model = new DefaultLoss();

        Assert.Equal(AbsCodes.InvalidData, Assert.Throws<AbsException>(() => model.Loss(zeros([2, 4]), zeros([2], dtype: ScalarType.Int32))).Code);
    }

    [Fact]
    public void An_impossible_budget_fails_before_training()
    {
        var reports = new List<SearchProgress>();
        var error = Assert.Throws<AbsException>(() => StripesSearch.Run(Settings with { Budget = new Budget(1e-5) }, report: reports.Add));

        Assert.Equal(AbsCodes.ImpossibleBudget, error.Code);
        Assert.Empty(reports);
    }

    [Fact]
    public void A_loss_that_is_not_finite_ends_the_search()
    {
        var calls = 0;
        var model = new StripesModel { LossOf = (output, target) => ++calls > 10 ? output.sum() / 0.0 : nn.functional.cross_entropy(output, target) };

        Assert.Equal(AbsCodes.Diverged, Assert.Throws<AbsException>(() => StripesSearch.Run(Settings, model)).Code);
    }

    /// <summary>The quantiser's clip hides it from the loss, and no gate measures a layer that is whole.</summary>
    [Fact]
    public void A_weight_that_is_not_finite_ends_the_search_as_quantisers_do_not_hide_it()
    {
        FunctionNetwork? network = null;
        var phase = "";
        var model = new StripesModel
        {
            Network = () =>
            {
                // The first one is trained; others are looked at.
                var made = TestNetworks.Chain();
                network ??= made;
                return made;
            },
            LossOf = (output, target) =>
            {
                if (phase == "calibrate")
                {
                    using var noGradient = no_grad();
                    network!.get_parameter("conv1.weight")![0, 0, 0, 0] = float.NaN;
                    phase = "";
                }

                return nn.functional.cross_entropy(output, target);
            },
        };

        var error = Assert.Throws<AbsException>(() => StripesSearch.Run(Settings with { Budget = new Budget(0.5), Layers = LayerRules.Parse("*:whole") }, model, progress => phase = progress.Phase));

        Assert.Equal((AbsCodes.Diverged, "Training diverged: the loss is not a finite number. Lower LearningRate, or check the data and the loss."), (error.Code, error.Message));
        Assert.Equal("", phase);
    }

    [Fact]
    public void Memory_that_ends_is_told_with_what_to_do()
    {
        var model = new StripesModel { LossOf = (output, _) => output.sum() + empty([1L << 50]).sum() };

        var error = Assert.Throws<AbsException>(() => StripesSearch.Run(Settings, model));

        Assert.Equal(AbsCodes.OutOfMemory, error.Code);
        Assert.StartsWith("The search needs more memory than this machine has (", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Cancelling_stops_within_the_step()
    {
        using var source = new CancellationTokenSource();
        void CancelInSearch(SearchProgress progress)
        {
            if (progress.Phase == "search")
            {
                source.Cancel();
            }
        }

        Assert.Throws<OperationCanceledException>(() => StripesSearch.Run(Settings, report: CancelInSearch, cancellation: source.Token));
    }

    private sealed class DefaultLoss : IAbsModel
    {
        public nn.Module CreateNetwork() => throw new NotSupportedException();

        public ModelData LoadData(ModelContext context) => throw new NotSupportedException();
    }
}
