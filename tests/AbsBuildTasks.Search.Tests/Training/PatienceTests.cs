using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Infrastructure;
using AbsBuildTasks.Search.Training;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Training;

public sealed class PatienceTests
{
    [Theory]
    [InlineData(false, 2, "")]
    [InlineData(false, 2, "3")]
    [InlineData(false, 2, "3 2 1")]
    [InlineData(false, 2, "3 4")]
    [InlineData(true, 2, "3 4 3")]
    [InlineData(true, 1, "3 3")]
    [InlineData(false, 2, "3 4 3 2")]
    [InlineData(false, 0, "3 4 5 6 7")]
    public void Without_a_cost_the_loss_counts(bool isOver, int patience, string losses) =>
        Assert.Equal(isOver, Patience.IsOver(patience, losses.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(loss => (double.Parse(loss), (double?)null))));

    [Fact]
    public void While_the_cost_falls_the_loss_may_rise() =>
        Assert.False(Patience.IsOver(1, [(1, 0.5), (2, 0.4), (3, 0.3)]));

    [Fact]
    public void Then_the_loss_is_measured_against_that_at_the_lowest_cost()
    {
        (double, double?)[] epochs = [(1, 0.5), (3, 0.3), (2, 0.31), (1.5, 0.3)];

        Assert.False(Patience.IsOver(1, epochs));
        Assert.True(Patience.IsOver(1, [.. epochs, (1.6, 0.3)]));
    }

    [Fact]
    public void A_search_ends_its_phases_by_it_and_is_not_marked()
    {
        var told = new List<string>();
        var reports = new List<SearchProgress>();
        var job = StripesSearch.Job(StripesSearch.Settings with { TrainEpochs = 60, SearchEpochs = 60, FineTuneEpochs = 60, Patience = 2, Baseline = BaselineKind.AsTrained }) with { Tell = told.Add };

        using var result = SearchEngine.Run(new StripesModel(), job, reports.Add, CancellationToken.None);

        Assert.Empty(result.Plan.EndedEarly);
        foreach (var phase in new[] { "train", "search", "fine-tune" })
        {
            var epochs = reports.Count(report => report.Phase == phase);
            Assert.InRange(epochs, 3, 59);
            Assert.Contains($"{phase} ends after {epochs} of 60 epochs, the last 2 of which brought nothing (Patience)", told);
        }
    }
}
