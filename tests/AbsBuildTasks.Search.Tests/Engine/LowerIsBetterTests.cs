using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Infrastructure;
using AbsBuildTasks.Search.Training;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Engine;

/// <summary>A model that measures an error comes to the plan of one that measures its opposite.</summary>
public class LowerIsBetterTests
{
    private static readonly Func<Tensor, Tensor, double> Hits = (output, target) => 100 * output.argmax(1).eq(target).to(ScalarType.Float64).mean().item<double>();

    private static readonly StripesModel Accuracy = new() { MetricOf = Hits };

    private static readonly StripesModel Error = new() { MetricOf = (output, target) => 100 - Hits(output, target), LowerIsBetter = true };

    [Theory]
    [InlineData("bops=3%")]
    [InlineData("drop=1.5")]
    public void An_error_is_searched_as_its_opposite(string budget)
    {
        using var accuracy = Run(Accuracy, budget);
        using var error = Run(Error, budget);
        var (plan, other) = (error.Plan, accuracy.Plan);

        Assert.Equal(other.Layers, plan.Layers);
        Assert.True(plan.Metric.LowerIsBetter);
        Assert.Equal(other.Metric.Compressed, 100 - plan.Metric.Compressed, 3);
        Assert.Equal(other.Metric.FullPrecision, 100 - plan.Metric.FullPrecision, 3);
        Assert.Equal(other.Metric.Lost, plan.Metric.Lost, 3);

        // Without a miss nothing tells whether one counts 1 or 100.
        Assert.Equal(plan.Metric.Compressed == 0 ? double.NaN : other.Metric.Noise ?? double.NaN, plan.Metric.Noise ?? double.NaN, 3);
        Assert.Equal(plan, PlanJson.Read(PlanJson.Write(plan), "plan"));
    }

    [Fact]
    public void A_network_that_learns_nothing_is_told_so()
    {
        var warnings = new List<string>();
        using var result = SearchEngine.Run(
            Error,
            StripesSearch.Job(StripesSearch.Settings with { Budget = new Budget(1), LearningRate = 1e-9, TrainEpochs = 1, SearchEpochs = 1, FineTuneEpochs = 1 }) with { Warn = (code, _) => warnings.Add(code) },
            _ => { },
            CancellationToken.None);

        Assert.Contains(AbsCodes.NoBetterThanChance, warnings);
    }

    [Theory]
    [InlineData(30, 2.0, 30, true)]
    [InlineData(28.1, 2.0, 30, true)]
    [InlineData(27.9, 2.0, 30, false)]
    [InlineData(40, null, 30, true)]
    [InlineData(29.9, null, 30, false)]
    public void An_error_is_at_chance_within_its_noise(double value, double? noise, double chance, bool expected) =>
        Assert.Equal(expected, new MetricWorth(noise, chance, LowerIsBetter: true).IsAtChance(value));

    [Theory]
    [InlineData(3, 2, 2)]
    [InlineData(2, 3, 2)]
    [InlineData(2, double.NaN, 2)]
    public void The_lower_of_both_baselines_counts(double before, double after, double expected)
    {
        var stage = new BaselineStage(_ => { }, lowerIsBetter: true);
        stage.Begin(new TrainedNetwork(before, before, 1, IsAtChance: false) { Further = [before], Loss = before });

        var trained = stage.End(after, after, [after], after, isAtChance: false);
        Assert.Equal((expected, expected, expected, expected), (trained.Metric, trained.SampleMetric, Assert.Single(trained.Further), trained.Loss));
    }

    private static SearchResult Run(StripesModel model, string budget) =>
        SearchEngine.Run(model, StripesSearch.Job(StripesSearch.Settings with { Budget = Budget.Parse(budget) }), _ => { }, CancellationToken.None);
}
