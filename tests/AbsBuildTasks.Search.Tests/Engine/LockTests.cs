using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Engine;

public class LockTests
{
    private static readonly SearchSettings Settings = new()
    {
        Budget = Budget.Parse("bops=3%"),
        BatchSize = 32,
        TrainEpochs = 2,
        SearchEpochs = 1,
        FineTuneEpochs = 1,
        LearningRate = 0.01,
    };

    // Decisions of another search, so that a search of these settings would not find them.
    private static readonly Lazy<CompressionPlan> Other = new(() =>
    {
        using var result = Run(Settings with { Budget = Budget.Parse("bops=1.5%"), Seed = 7 }, null);
        return result.Plan with { Budget = "bops=3%" };
    });

    public static TheoryData<string, Func<LayerPlan, LayerPlan>, string> Unfit => new()
    {
        { "conv2", layer => layer with { Name = "conv3" }, "it has conv3 where the network has conv2" },
        { "conv2", layer => layer with { Kind = "Conv1d" }, "layer conv2 is a Conv2d of 10 filters, not a Conv1d of 10" },
        { "conv2", layer => layer with { Filters = 11 }, "layer conv2 is a Conv2d of 10 filters, not a Conv2d of 11" },
        { "conv2", layer => layer with { WeightBits = 3 }, "layer conv2 can have weights of 2;4;8 bits, not of 3" },
        { "conv1", layer => layer with { ActivationBits = 4 }, "layer conv1 can have activations of 8 bits, not of 4" },
        { "fc2", layer => layer with { SizeBytes = 7, Macs = 48 }, $"layer fc2 has {Of("fc2").Macs} macs and {Of("fc2").SizeBytes} bytes under them, not 48 and 7" },
        { "fc2", layer => layer with { KeptFilters = FilterRanges.Parse("0") }, "layer fc2 cannot be pruned" },
    };

    [Fact]
    public void A_plans_decisions_are_taken_and_nothing_is_searched()
    {
        var phases = new List<string>();
        using var searched = Run(Settings, null);
        using var held = Run(Settings, Other.Value, progress => phases.Add(progress.Phase));

        Assert.NotEqual(searched.Plan.Layers, Other.Value.Layers);
        Assert.Equal(Other.Value with { Metric = held.Plan.Metric }, held.Plan);
        Assert.InRange(held.Plan.Metric.Compressed, 35, 100);
        Assert.Equal(["train", "train", "baseline", "baseline", "calibrate", "settle", "freeze", "fine-tune", "evaluate"], phases);
    }

    [Theory]
    [MemberData(nameof(Unfit))]
    public void Decisions_that_do_not_fit_end_before_training(string name, Func<LayerPlan, LayerPlan> change, string why)
    {
        var reports = new List<SearchProgress>();
        var plan = Of([.. Other.Value.Layers.Select(layer => layer.Name == name ? change(layer) : layer)]);

        AssertUnfit(why, change(Of(name)).Name, () => Run(Settings, plan, reports.Add));
        Assert.Empty(reports);
    }

    [Fact]
    public void Bits_that_the_target_does_not_run_together_end_before_training()
    {
        var settings = Settings with { KeepFirstAndLast = false, DeployTarget = new() { Name = "stairs", Pairs = [new(2, 2), new(4, 4), new(4, 8)] } };
        var plan = Of([.. Other.Value.Layers.Select(layer => layer with { WeightBits = 4, ActivationBits = layer.Name == "conv2" ? 2 : 8 })]);

        AssertUnfit("layer conv2 cannot have weights of 4 bits with activations of 2: the target does not run 4/2", "conv2", () => Run(settings, plan));
    }

    [Fact]
    public void Another_number_of_layers_does_not_fit() => AssertUnfit(
        "it has 3 layers, and the network has 4",
        null,
        () => Run(Settings, Of([.. Other.Value.Layers.Take(3)])));

    [Fact]
    public void A_lock_that_loses_more_than_the_budget_allows_is_an_error()
    {
        var settings = Settings with { Budget = Budget.Parse("bops=3%;drop=1") };
        var frozen = false;
        var model = new StripesModel { MetricOf = (_, _) => frozen ? 10 : 90 };

        var error = Assert.Throws<AbsException>(() => Run(settings, Other.Value, progress => frozen |= progress.Phase == "freeze", model));

        Assert.Equal(AbsCodes.BudgetMissed, error.Code);
    }

    private static LayerPlan Of(string name) => Other.Value.Layers.Single(layer => layer.Name == name);

    /// <summary>A plan that contradicts itself nowhere.</summary>
    private static CompressionPlan Of(IReadOnlyList<LayerPlan> layers)
    {
        LayerPlan[] priced = [.. layers.Select(layer => layer with { Bops = layer.Macs * layer.WeightBits * layer.ActivationBits })];
        return Other.Value with { Layers = priced, Totals = PlanTotals.Of(priced, Other.Value.Totals.FullPrecisionBops, Other.Value.Totals.FullPrecisionSizeBytes) };
    }

    private static void AssertUnfit(string why, string? layer, Func<object> run)
    {
        var error = Assert.Throws<AbsException>(run);

        Assert.Equal(AbsCodes.LockUnfit, error.Code);
        Assert.Equal(layer, error.Layer);
        Assert.Equal($"The snapshot's decisions do not fit the network: {why}. Restore the snapshot, or build with AbsSearchMode=auto and accept the plan.", error.Message);
    }

    private static SearchResult Run(SearchSettings settings, CompressionPlan? plan, Action<SearchProgress>? report = null, StripesModel? model = null)
    {
        var job = StripesSearch.Job(settings) with
        {
            HeldPlan = plan,
        };
        return SearchEngine.Run(model ?? new StripesModel(), job, report ?? (_ => { }), CancellationToken.None);
    }
}
