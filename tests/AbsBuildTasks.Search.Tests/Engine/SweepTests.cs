using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Engine;

public class SweepTests
{
    private static readonly SearchSettings Settings = StripesSearch.Settings with { TrainEpochs = 3, SearchEpochs = 2, FineTuneEpochs = 1 };

    [Fact]
    public void Every_budget_of_a_sweep_gets_the_plan_of_a_search_of_its_own()
    {
        var reports = new List<SearchProgress>();
        using var swept = Run(Settings with { Sweep = BudgetSweep.Parse("bops=1%|size=15%;drop=90|bops=3%") }, report: reports.Add);
        using var own = Run(Settings);
        using var first = Run(Settings with { Budget = Budget.Parse("bops=1%") });
        using var second = Run(Settings with { Budget = Budget.Parse("size=15%;drop=90") });

        Assert.Equal(own.Plan, swept.Plan);
        Assert.Equal([first.Plan, second.Plan], swept.Sweep);

        // One training in full precision for all, and one that they are compared with.
        Assert.Equal(3, reports.Count(report => report.Phase == "train"));
        Assert.Equal(3 * 2, reports.Count(report => report.Phase == "search"));
        Assert.Equal(2 + 1, reports.Count(report => report.Phase == "baseline"));
        Assert.Equal(Enumerable.Range(1, 3 + (2 + 1) + (3 * (2 + 1))), reports.Select(report => report.Done).Distinct());
    }

    [Fact]
    public void A_point_that_turns_out_impossible_is_left_out_with_a_warning()
    {
        var warnings = new List<(string Code, string Text)>();

        // The drop's four candidates are all bad.
        var frozen = 0;
        var model = new StripesModel { MetricOf = (_, _) => frozen is >= 1 and <= 4 ? 10 : 90 };

        using var result = Run(
            Settings with { Sweep = BudgetSweep.Parse("drop=1|bops=1%") },
            model,
            progress => frozen += progress.Phase == "freeze" ? 1 : 0,
            (code, text) => warnings.Add((code, text)));

        Assert.Equal("bops=1%", Assert.Single(result.Sweep).Budget);

        // A metric that is the same for all networks is warned of, too.
        var (_, message) = Assert.Single(warnings, warning => warning.Code != AbsCodes.NoBetterThanChance);
        Assert.Equal(AbsCodes.BudgetMissed, Assert.Single(warnings, warning => warning.Text == message).Code);
        Assert.StartsWith("the point \"drop=1\" of Sweep cannot be met: the best plan found loses 80 points", message, StringComparison.Ordinal);
        Assert.EndsWith(" The sweep goes on without this point.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_point_out_of_reach_is_left_out_with_a_warning_that_names_it()
    {
        var warnings = new List<(string Code, string Text)>();

        using var result = Run(Settings with { Sweep = BudgetSweep.Parse("size=1B|bops=1%") }, warn: (code, text) => warnings.Add((code, text)));

        Assert.Equal("bops=1%", Assert.Single(result.Sweep).Budget);
        var (code, message) = Assert.Single(warnings);
        Assert.Equal(AbsCodes.ImpossibleBudget, code);
        Assert.StartsWith("the point \"size=1B\" of Sweep cannot be met: this network reaches ", message, StringComparison.Ordinal);
        Assert.EndsWith(" The sweep goes on without this point.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_models_own_budget_out_of_reach_ends_before_training()
    {
        var reports = new List<SearchProgress>();

        var error = Assert.Throws<AbsException>(() => Run(Settings with { Budget = Budget.Parse("size=1B"), Sweep = BudgetSweep.Parse("bops=1%") }, report: reports.Add));

        Assert.Equal(AbsCodes.ImpossibleBudget, error.Code);
        Assert.StartsWith("Budget=\"size=1B\" cannot be met", error.Message, StringComparison.Ordinal);
        Assert.Empty(reports);
    }

    private static SearchResult Run(
        SearchSettings settings,
        IAbsModel? model = null,
        Action<SearchProgress>? report = null,
        Action<string, string>? warn = null) => SearchEngine.Run(
            model ?? new StripesModel(),
            StripesSearch.Job(settings) with
            {
                Warn = warn ?? ((_, _) => { }),
            },
            report ?? (_ => { }),
            CancellationToken.None);
}
