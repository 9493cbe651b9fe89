using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Metrics;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Newtonsoft.Json.Linq;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Engine;

public class SearchEngineTests
{
    private static readonly SearchSettings Settings = StripesSearch.Settings;

    [Fact]
    public void A_search_meets_its_budget_and_keeps_accuracy()
    {
        var reports = new List<SearchProgress>();
        using var result = StripesSearch.Run(Settings, report: reports.Add);
        var plan = result.Plan;

        Assert.InRange(plan.Totals.RelativeBops, 0.0001, 0.03);
        Assert.InRange(plan.Metric.FullPrecision, 95, 100);
        Assert.Equal(plan.Metric.FullPrecision, plan.Metric.Compressed);
        Assert.Equal(["conv1", "conv2", "fc1", "fc2"], plan.Layers.Select(layer => layer.Name));
        Assert.Equal(plan.Totals.Bops, plan.Layers.Sum(layer => layer.Bops));
        Assert.Equal(plan, PlanJson.Read(PlanJson.Write(plan), "plan"));
        Assert.Equal(
            [.. Enumerable.Repeat("train", 6), .. Enumerable.Repeat("baseline", 5 + 3), "calibrate", .. Enumerable.Repeat("search", 5), "freeze", .. Enumerable.Repeat("fine-tune", 3), "evaluate"],
            reports.Select(report => report.Phase));
        Assert.Equal([.. Enumerable.Range(1, 14), 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 22], reports.Select(report => report.Done));
    }

    [Fact]
    public void The_run_record_shows_gates_and_lambda_of_each_search_epoch()
    {
        using var result = StripesSearch.Run(Settings);
        var epochs = JObject.Parse(result.RunRecordJson)["epochs"]!.Where(epoch => (string)epoch["phase"]! == "search").ToArray();

        Assert.Equal(5, epochs.Length);
        Assert.All(epochs, epoch => Assert.Equal(4, epoch["layers"]!.Count()));
        Assert.Contains(epochs, epoch => (double)epoch["lambda"]! > 0);

        // Choices are made along the way, not given from the start.
        Assert.NotEqual(epochs[0]["layers"]!.ToString(), epochs[^1]["layers"]!.ToString());
    }

    [Fact]
    public void The_run_record_has_the_loss_and_the_hits_of_each_class_on_the_test_data()
    {
        using var result = StripesSearch.Run(Settings);

        var test = RunHistory.Parse(result.RunRecordJson, "record").Test!;

        Assert.True(test.Loss >= 0);
        Assert.Equal(result.Plan.Metric.Examples, test.Classes.Sum(one => one.Examples));
        Assert.Equal(result.Plan.Metric.Compressed, 100.0 * test.Classes.Sum(one => one.Hits) / result.Plan.Metric.Examples!.Value, 3);
    }

    [Fact]
    public void The_run_record_says_what_one_step_from_the_decisions_would_do_and_the_same_again()
    {
        using var result = StripesSearch.Run(Settings);
        using var again = StripesSearch.Run(Settings);
        var steps = RunHistory.Parse(result.RunRecordJson, "record").Steps;
        var layers = result.Plan.Layers.ToDictionary(layer => layer.Name, StringComparer.Ordinal);

        Assert.Equal(["conv1", "conv2", "fc1", "fc2"], steps.Select(step => step.Layer).Distinct());
        Assert.Contains(steps, step => step.IsCheaper);
        Assert.Contains(steps, step => !step.IsCheaper);
        Assert.All(steps, step => Assert.True(step.Noise >= 0));
        Assert.All(
            steps.Where(step => step.KeptFilters == layers[step.Layer].KeptFilters.Count),
            step => Assert.Equal((layers[step.Layer].Macs * step.WeightBits * step.ActivationBits) - layers[step.Layer].Bops, step.Bops));
        Assert.Equal(steps, RunHistory.Parse(again.RunRecordJson, "record").Steps);
    }

    [Fact]
    public void Logit_gates_find_a_plan_too_and_the_same_one_again()
    {
        using var result = StripesSearch.Run(Settings with { Gate = GateKind.Logit });
        using var again = StripesSearch.Run(Settings with { Gate = GateKind.Logit });

        Assert.InRange(result.Plan.Totals.RelativeBops, 0.0001, 0.03);
        Assert.InRange(result.Plan.Metric.Compressed, 95, 100);
        Assert.Equal(PlanJson.Write(result.Plan), PlanJson.Write(again.Plan));
    }

    [Fact]
    public void A_teacher_takes_part_in_the_loss_after_full_precision_training()
    {
        using var without = StripesSearch.Run(Settings);
        using var result = StripesSearch.Run(Settings with { Distillation = 1 });

        Assert.Equal(Losses(without, "train"), Losses(result, "train"));
        Assert.NotEqual(Losses(without, "search"), Losses(result, "search"));
        Assert.InRange(result.Plan.Metric.Compressed, 95, 100);

        static string[] Losses(SearchResult result, string phase) =>
            [.. JObject.Parse(result.RunRecordJson)["epochs"]!.Where(epoch => (string)epoch["phase"]! == phase).Select(epoch => epoch["loss"]!.ToString())];
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes()
    {
        using var first = StripesSearch.Run(Settings);
        using var second = StripesSearch.Run(Settings);

        Assert.Equal(PlanJson.Write(first.Plan), PlanJson.Write(second.Plan));
    }

    [Theory]
    [InlineData(nameof(WeightGrid.Unit), "2;4;8", 4)]
    [InlineData(nameof(WeightGrid.Symmetric), "3;6", 1)]
    [InlineData(nameof(WeightGrid.Symmetric), "4", 2)]
    public void Grids_chains_and_filter_groups_are_followed(string grid, string bits, int group)
    {
        using var result = StripesSearch.Run(Settings with { Grid = Enum.Parse<WeightGrid>(grid), Bits = BitChain.Parse(bits), FilterGroup = group });

        Assert.All(result.Plan.Layers, layer => Assert.Contains(layer.WeightBits, BitChain.Parse(bits)));
        Assert.All(result.Plan.Layers, layer => Assert.Equal(grid == nameof(WeightGrid.Unit) ? "unit" : "symmetric", layer.WeightGrid));
        Assert.All(result.Plan.Layers.SkipLast(1), layer => Assert.All(
            Enumerable.Range(0, layer.Filters / group),
            g => Assert.Single(Enumerable.Range(g * group, group).Select(filter => layer.KeptFilters.Contains(filter)).Distinct())));
    }

    [Fact]
    public void Augmentation_takes_part_and_is_repeatable()
    {
        var flips = new StripesModel { Augmentation = new Augmentation { HorizontalFlip = true, CropPadding = 1 } };
        using var first = StripesSearch.Run(Settings, flips);
        using var second = StripesSearch.Run(Settings, flips);
        using var plain = StripesSearch.Run(Settings);

        Assert.Equal(PlanJson.Write(first.Plan), PlanJson.Write(second.Plan));
        Assert.NotEqual(Losses(first), Losses(plain));

        static string Losses(SearchResult result) => string.Join(" ", JObject.Parse(result.RunRecordJson)["epochs"]!.Select(epoch => epoch["loss"]));
    }

    [Fact]
    public void The_test_data_does_not_decide_anything()
    {
        using var first = StripesSearch.Run(Settings);
        using var second = StripesSearch.Run(Settings, new StripesModel { TestSeed = 99 });

        Assert.Equal(first.Plan.Layers, second.Plan.Layers);
    }

    /// <summary>The metric of a batch is not asked for then.</summary>
    [Fact]
    public void A_metric_over_the_whole_test_set_is_the_plans()
    {
        using var result = StripesSearch.Run(Settings, new StripesModel { Start = () => new F1Score(), MetricOf = (_, _) => double.NaN });

        Assert.InRange(result.Plan.Metric.Compressed, 95, 100);
        Assert.NotNull(result.Plan.Metric.Noise);
    }
}
