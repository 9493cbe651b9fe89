using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Engine;

public class LatencyBudgetTests
{
    private static readonly LatencyTable Table = FakeTimes.Table(new StripesModel());

    [Theory]
    [InlineData("latency=30%")]
    [InlineData("bops=3%;latency=35%")]
    public void A_plan_meets_its_budget_by_the_table_and_the_same_table_gives_the_same_plan(string text)
    {
        using var first = Run(text, Table);
        using var second = Run(text, Table);
        var (plan, budget) = (first.Plan, Budget.Parse(text));
        var totals = plan.Totals;

        Assert.Equal(PlanJson.Write(plan), PlanJson.Write(second.Plan));
        Assert.Equal(text, plan.Budget);
        Assert.Equal(Table.Layers.Sum(layer => layer.Float32[^1][^1]), totals.FullPrecision[CostKind.Latency]);
        Assert.True(budget.Limits[CostKind.Latency].Allows(totals.Costs[CostKind.Latency], totals.FullPrecision[CostKind.Latency]));

        // On integers alone it would be 50 %: filters had to go.
        Assert.Contains(plan.Layers, layer => layer.KeptFilters.Count < layer.Filters);
        Assert.Contains("\"latencyNanoseconds\"", PlanJson.Write(plan), StringComparison.Ordinal);
        Assert.Equal(plan, PlanJson.Read(PlanJson.Write(plan), "plan"));
    }

    [Fact]
    public void Without_a_table_a_plan_says_nothing_of_latency()
    {
        using var result = Run("bops=5%", null);

        Assert.DoesNotContain("latency", PlanJson.Write(result.Plan), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_layer_that_the_table_does_not_know_ends_the_search_before_training()
    {
        var reports = new List<SearchProgress>();

        var error = Assert.Throws<AbsException>(() => Run("latency=30%", Table with { Layers = [.. Table.Layers.Skip(1)] }, reports.Add));

        Assert.Equal(AbsCodes.LatencyUnknown, error.Code);
        Assert.Contains($"layer {Table.Layers[0].Names[0]} is not in the latency table", error.Message, StringComparison.Ordinal);
        Assert.Empty(reports);
    }

    [Fact]
    public void A_time_that_no_plan_reaches_is_told_in_the_words_of_times()
    {
        var error = Assert.Throws<AbsException>(() => Run("latency=1us", Table));

        Assert.Equal(AbsCodes.ImpossibleBudget, error.Code);
        Assert.StartsWith("Budget=\"latency=1us\" cannot be met: this network reaches ", error.Message, StringComparison.Ordinal);
        Assert.Contains(" nanoseconds, ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_that_no_layer_has_takes_no_time()
    {
        var model = new StripesModel { Network = () => TestNetworks.Of("shift") };
        var table = FakeTimes.Table(model);
        using var result = Run("latency=60%", table, model: model);

        Assert.DoesNotContain("shift", table.Layers.SelectMany(layer => layer.Names));
        Assert.Equal(0, result.Plan.Layers.Single(layer => layer.Name == "shift").Costs[CostKind.Latency]);
        Assert.True(result.Plan.Layers.Single(layer => layer.Name == "a").Costs[CostKind.Latency] > 0);
    }

    [Fact]
    public void A_layer_that_cannot_be_measured_ends_the_search_before_training_and_says_so()
    {
        var reports = new List<SearchProgress>();

        var error = Assert.Throws<AbsException>(() => Run("latency=30%", Table, reports.Add, new StripesModel { Network = StripesNetworks.Recurrent }));

        Assert.Equal(AbsCodes.NotMeasurable, error.Code);
        Assert.Contains("'table' (Embedding)", error.Message, StringComparison.Ordinal);
        Assert.Empty(reports);
    }

    private static SearchResult Run(string budget, LatencyTable? table, Action<SearchProgress>? report = null, StripesModel? model = null) => SearchEngine.Run(
        model ?? new StripesModel(),
        StripesSearch.Job(StripesSearch.Settings with { Budget = Budget.Parse(budget) }) with { Latency = table },
        report ?? (_ => { }),
        CancellationToken.None);
}
