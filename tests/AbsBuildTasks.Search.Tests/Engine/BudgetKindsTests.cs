using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Engine;

public class BudgetKindsTests
{
    private static readonly SearchSettings Settings = StripesSearch.Settings;

    [Theory]
    [InlineData("size=1KB")]
    [InlineData("size=15%")]
    [InlineData("drop=1")]
    [InlineData("bops=2%;size=1KB")]
    [InlineData("bops=1%;drop=5")]
    [InlineData("bops=3%;size=20%;drop=2")]
    public void Every_kind_of_budget_is_met_and_repeatable(string text)
    {
        var settings = Settings with { Budget = Budget.Parse(text) };
        using var first = Run(settings);
        using var second = Run(settings);
        var (plan, budget) = (first.Plan, settings.Budget);

        Assert.Equal(text, plan.Budget);
        Assert.True(budget.Limits[CostKind.Bops].Allows(plan.Totals.Bops, plan.Totals.FullPrecisionBops));
        Assert.True(budget.Limits[CostKind.Size].Allows(plan.Totals.SizeBytes, plan.Totals.FullPrecisionSizeBytes));
        Assert.True(budget.AllowsDrop(plan.Metric.FullPrecision, plan.Metric.Compressed));
        Assert.All(plan.Layers, layer => Assert.True(layer.KeptFilters.Count > 0));
        Assert.Equal(PlanJson.Write(plan), PlanJson.Write(second.Plan));
    }

    [Fact]
    public void Products_that_leave_no_room_for_a_share_come_on_top_of_what_the_layers_keep()
    {
        var (warnings, limits, budget) = (new List<string>(), new List<double>(), Budget.Parse("bops=2%"));
        using var alone = Run(Settings with { Budget = budget });
        var product = new RestPlan { Name = "mul", Kind = "mul", Parameters = 0, Macs = alone.Plan.Totals.Macs };
        using var beside = SearchEngine.Run(
            new StripesModel(),
            StripesSearch.Job(Settings with { Budget = budget }) with { FindProducts = _ => [product], TellLimit = limits.Add, Warn = (code, text) => warnings.Add($"{code} {text}") },
            _ => { },
            CancellationToken.None);
        var (plan, before) = (beside.Plan, alone.Plan);

        // What the layers may cost of their own, and the product.
        Assert.Equal(((0.02 * before.Totals.FullPrecisionBops) + product.Bops) / plan.Totals.FullPrecisionBops, Assert.Single(limits), 4);
        Assert.InRange(plan.Totals.RelativeBops, 0, limits[0]);

        // The same layers are decided on for the same share of theirs.
        Assert.Equal(before.Layers, plan.Layers);
        Assert.Equal(before.Totals.Bops + product.Bops, plan.Totals.Bops);
        Assert.Equal("bops=2%", plan.Budget);
        Assert.NotEqual("", plan.BudgetRemark);
        Assert.Equal(plan, PlanJson.Read(PlanJson.Write(plan), "plan"));
        Assert.StartsWith("ABS2042 Budget=\"bops=2%\" is kept by the layers alone: ", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Products_on_integers_leave_the_layers_what_they_do_not_cost(int times)
    {
        using var alone = Run(Settings with { Budget = Budget.Parse("bops=2%") });
        var (macs, full) = (alone.Plan.Totals.FullPrecisionBops / 1024 / 20 * times, alone.Plan.Totals.FullPrecisionBops);
        RestPlan[] products = macs == 0 ? [] : [new RestPlan { Name = "dots", Kind = "matmul", Parameters = 0, Macs = macs, Bits = 8 }];
        using var beside = SearchEngine.Run(
            new StripesModel(),
            StripesSearch.Job(Settings with { Budget = Budget.Parse("bops=4%") }) with { FindProducts = _ => products },
            _ => { },
            CancellationToken.None);
        var totals = beside.Plan.Totals;

        // A quarter of the network's products at 8 of 32 bits is 1.25 % of it, and the rest of the 4 % is for the layers.
        Assert.Equal(full + (macs * 1024), totals.FullPrecisionBops);
        Assert.Equal(beside.Plan.Layers.Sum(layer => layer.Bops) + (macs * 64), totals.Bops);
        Assert.Equal("", beside.Plan.BudgetRemark);
        Assert.InRange(totals.RelativeBops, 0.01, 0.04);
        Assert.Equal(beside.Plan, PlanJson.Read(PlanJson.Write(beside.Plan), "plan"));
    }

    [Theory]
    [InlineData("bops=0.001%", "Budget=\"bops=0.001%\" cannot be met: this network reaches 0.025% to 6.25% of its full-precision bit-operations. Raise the budget, ")]
    [InlineData("size=20B", "Budget=\"size=20B\" cannot be met: this network reaches 50 to 1334 bytes, 0.9953% to 26.5525% of its 4.9 KB at full precision. Raise the budget, ")]
    [InlineData("size=0.1%;bops=1%;drop=1", "Budget=\"bops=1%;size=0.1%;drop=1\" cannot be met: this network reaches 50 to ")]
    public void Limits_on_cost_that_cannot_be_met_end_before_training(string text, string message)
    {
        var reports = new List<SearchProgress>();

        var error = Assert.Throws<AbsException>(() => Run(Settings with { Budget = Budget.Parse(text) }, report: reports.Add));

        Assert.Equal(AbsCodes.ImpossibleBudget, error.Code);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Empty(reports);
    }

    [Theory]
    [InlineData("size=20%")]
    [InlineData("bops=5%;size=20%")]
    [InlineData("drop=50;size=20%")]
    public void A_network_of_embeddings_alone_has_no_bit_operations_and_is_searched_for_its_size(string text)
    {
        var budget = Budget.Parse(text);
        var model = new StripesModel { Network = Words };

        using var result = SearchEngine.Run(model, StripesSearch.Job(Settings with { Budget = budget }), _ => { }, CancellationToken.None);

        Assert.Equal((0, 0.0), (result.Plan.Totals.FullPrecisionBops, result.Plan.Totals.RelativeBops));
        Assert.InRange(result.Plan.Totals.Relative(CostKind.Size), 0.01, 0.2);
        Assert.DoesNotContain("NaN", result.RunRecordJson, StringComparison.Ordinal);
        Assert.Equal(PlanJson.Write(result.Plan), PlanJson.Write(PlanJson.Read(PlanJson.Write(result.Plan), "plan")));

        static FunctionNetwork Words()
        {
            // Each pixel of one colour is one of eight words, of which each place has its own.
            var words = Embedding(64 * 8, 4);
            return new FunctionNetwork(
                x => words.call((x.narrow(1, 0, 1).flatten(1) * 7).to(ScalarType.Int64) + (arange(64) * 8)).mean([1]),
                ("words", words));
        }
    }

    [Fact]
    public void A_drop_that_cannot_be_met_tells_the_best_plan_that_was_found()
    {
        var trial = new Trial(3, 2, 1.5, 2.5);

        var error = Assert.Throws<AbsException>(() => Run(Settings with { Budget = Budget.Parse("drop=0.5") }, trial.Model, trial.Report));

        Assert.Equal(AbsCodes.BudgetMissed, error.Code);
        Assert.Equal(
            FormattableString.Invariant($"Budget=\"drop=0.5\" cannot be met: the best plan found loses 1.5 points of top-1 ±0.0 (95%, n = 128) at bops={trial.Costs[2]:0.####%}. Allow a larger drop, allow higher Bits, or give TrainEpochs, SearchEpochs and FineTuneEpochs more time."),
            error.Message);

        // Ever dearer plans were tried, at last the dearest there is.
        Assert.Equal(4, trial.Costs.Count);
        Assert.Equal(trial.Costs.Order().Distinct(), trial.Costs);
        Assert.Equal(0.0625, trial.Costs[^1], 6);
    }

    [Fact]
    public void Where_other_limits_leave_no_dearer_plan_the_first_one_decides()
    {
        var trial = new Trial(3, 0);
        var settings = Settings with { Budget = Budget.Parse("bops=0.025%;drop=0.5") };

        var error = Assert.Throws<AbsException>(() => Run(settings, trial.Model, trial.Report));

        Assert.StartsWith("Budget=\"bops=0.025%;drop=0.5\" cannot be met: the best plan found loses 3 points of top-1 ±0.0 (95%, n = 128) at bops=0.025%.", error.Message, StringComparison.Ordinal);
        Assert.Contains("Allow a larger drop, raise bops=0.025%, allow higher Bits", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_fine_tuning_does_not_bring_back_enough_a_dearer_plan_is_tried()
    {
        var trial = new Trial(3, 0.4);

        using var result = Run(Settings with { Budget = Budget.Parse("drop=0.5") }, trial.Model, trial.Report);

        Assert.Equal(2, trial.Costs.Count);
        Assert.Equal(trial.Costs[1], result.Plan.Totals.RelativeBops, 6);
        Assert.Equal(Trial.FullPrecision - 0.4, result.Plan.Metric.Compressed);
    }

    [Fact]
    public void A_constant_lambda_takes_what_the_gates_chose()
    {
        var reports = new List<SearchProgress>();
        using var some = Run(Settings with { Budget = Budget.Parse("lambda=0.02") }, report: reports.Add);
        using var more = Run(Settings with { Budget = Budget.Parse("lambda=0.5") });

        Assert.Equal("lambda=0.02", some.Plan.Budget);
        Assert.Equal(reports.Last(report => report.Phase == "search").RelativeBops, reports.Single(report => report.Phase == "freeze").RelativeBops);
        Assert.True(more.Plan.Totals.Bops < some.Plan.Totals.Bops);
        Assert.All(more.Plan.Layers, layer => Assert.True(layer.KeptFilters.Count > 0));
    }

    private static SearchResult Run(SearchSettings settings, IAbsModel? model = null, Action<SearchProgress>? report = null) => SearchEngine.Run(
        model ?? new StripesModel(),
        StripesSearch.Job(settings),
        report ?? (_ => { }),
        CancellationToken.None);

    /// <summary>A model whose metric is told beforehand: what is lost under the first frozen plan, under the second, and so on.</summary>
    private sealed class Trial(params double[] losses)
    {
        public const double FullPrecision = 90;

        public List<double> Costs { get; } = [];

        public StripesModel Model => new() { MetricOf = (_, _) => FullPrecision - (Costs.Count == 0 ? 0 : losses[Costs.Count - 1]) };

        public void Report(SearchProgress progress)
        {
            if (progress.Phase == "freeze")
            {
                Costs.Add(progress.RelativeBops!.Value);
            }
        }
    }
}
