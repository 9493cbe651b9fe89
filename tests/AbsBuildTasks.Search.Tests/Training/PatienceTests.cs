using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Infrastructure;
using AbsBuildTasks.Search.Training;
using Newtonsoft.Json.Linq;
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
        Assert.Equal(isOver, Patience.IsOver(patience, losses.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(loss => (double.Parse(loss), Costs()))));

    [Fact]
    public void While_the_cost_falls_the_loss_may_rise() =>
        Assert.False(Patience.IsOver(1, [(1, Costs(0.5)), (2, Costs(0.4)), (3, Costs(0.3))]));

    [Fact]
    public void One_of_several_costs_is_enough()
    {
        (double, IReadOnlyList<double?>)[] epochs = [(1, Costs(0.5, 0.9)), (2, Costs(0.6, 0.8)), (3, Costs(0.4, 0.85))];

        Assert.False(Patience.IsOver(1, epochs));
        Assert.True(Patience.IsOver(1, [.. epochs, (4, Costs(0.45, 0.82))]));
    }

    [Theory]
    [InlineData("bops=3%", "bops")]
    [InlineData("size=30%", "size")]
    [InlineData("bops=3%;size=30%", "bops size")]
    [InlineData("drop=1", "bops")]
    [InlineData("drop=1;size=30%", "bops size")]
    public void The_costs_are_those_that_the_search_lowers(string budget, string costs) =>
        Assert.Equal(costs, string.Join(" ", Budget.Parse(budget).Steered));

    [Fact]
    public void A_size_that_falls_is_no_idle_epoch()
    {
        var job = StripesSearch.Job(StripesSearch.Settings with { Budget = Budget.Parse("size=30%"), TrainEpochs = 1, FineTuneEpochs = 1, Baseline = BaselineKind.AsTrained });

        using var result = SearchEngine.Run(new StripesModel(), job, _ => { }, CancellationToken.None);

        var epochs = JObject.Parse(result.RunRecordJson)["epochs"]!.Where(epoch => (string?)epoch["phase"] == "search").ToArray();
        Assert.All(epochs, epoch => Assert.InRange((double)epoch["relativeSize"]!, 0.01, 1));
        Assert.True((double)epochs[^1]["relativeSize"]! < (double)epochs[0]["relativeSize"]!);
    }

    [Fact]
    public void Then_the_loss_is_measured_against_that_at_the_lowest_cost()
    {
        (double, IReadOnlyList<double?>)[] epochs = [(1, Costs(0.5)), (3, Costs(0.3)), (2, Costs(0.31)), (1.5, Costs(0.3))];

        Assert.False(Patience.IsOver(1, epochs));
        Assert.True(Patience.IsOver(1, [.. epochs, (1.6, Costs(0.3))]));
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

#pragma warning disable CA1859 // As the tuples of a history have it.
    private static IReadOnlyList<double?> Costs(params double?[] costs) => costs;
#pragma warning restore CA1859
}
