using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Metrics;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Newtonsoft.Json.Linq;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Engine;

public class SearchEngineTests
{
    private static readonly SearchSettings Settings = StripesSearch.Settings;

    [Fact]
    public void A_search_meets_its_budget_and_keeps_accuracy()
    {
        var reports = new List<SearchProgress>();
        using var result = Run(Settings, report: reports.Add);
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
        using var result = Run(Settings);
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
        using var result = Run(Settings);

        var test = RunHistory.Parse(result.RunRecordJson, "record").Test!;

        Assert.True(test.Loss >= 0);
        Assert.Equal(result.Plan.Metric.Examples, test.Classes.Sum(one => one.Examples));
        Assert.Equal(result.Plan.Metric.Compressed, 100.0 * test.Classes.Sum(one => one.Hits) / result.Plan.Metric.Examples!.Value, 3);
    }

    [Fact]
    public void The_run_record_says_what_one_step_from_the_decisions_would_do_and_the_same_again()
    {
        using var result = Run(Settings);
        using var again = Run(Settings);
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
        using var result = Run(Settings with { Gate = GateKind.Logit });
        using var again = Run(Settings with { Gate = GateKind.Logit });

        Assert.InRange(result.Plan.Totals.RelativeBops, 0.0001, 0.03);
        Assert.InRange(result.Plan.Metric.Compressed, 95, 100);
        Assert.Equal(PlanJson.Write(result.Plan), PlanJson.Write(again.Plan));
    }

    [Fact]
    public void A_teacher_takes_part_in_the_loss_after_full_precision_training()
    {
        using var without = Run(Settings);
        using var result = Run(Settings with { Distillation = 1 });

        Assert.Equal(Losses(without, "train"), Losses(result, "train"));
        Assert.NotEqual(Losses(without, "search"), Losses(result, "search"));
        Assert.InRange(result.Plan.Metric.Compressed, 95, 100);

        static string[] Losses(SearchResult result, string phase) =>
            [.. JObject.Parse(result.RunRecordJson)["epochs"]!.Where(epoch => (string)epoch["phase"]! == phase).Select(epoch => epoch["loss"]!.ToString())];
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes()
    {
        using var first = Run(Settings);
        using var second = Run(Settings);

        Assert.Equal(PlanJson.Write(first.Plan), PlanJson.Write(second.Plan));
    }

    [Theory]
    [InlineData(nameof(WeightGrid.Unit), "2;4;8", 4)]
    [InlineData(nameof(WeightGrid.Symmetric), "3;6", 1)]
    [InlineData(nameof(WeightGrid.Symmetric), "4", 2)]
    public void Grids_chains_and_filter_groups_are_followed(string grid, string bits, int group)
    {
        using var result = Run(Settings with { Grid = Enum.Parse<WeightGrid>(grid), Bits = BitChain.Parse(bits), FilterGroup = group });

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
        using var first = Run(Settings, flips);
        using var second = Run(Settings, flips);
        using var plain = Run(Settings);

        Assert.Equal(PlanJson.Write(first.Plan), PlanJson.Write(second.Plan));
        Assert.NotEqual(Losses(first), Losses(plain));

        static string Losses(SearchResult result) => string.Join(" ", JObject.Parse(result.RunRecordJson)["epochs"]!.Select(epoch => epoch["loss"]));
    }

    [Fact]
    public void The_test_data_does_not_decide_anything()
    {
        using var first = Run(Settings);
        using var second = Run(Settings, new StripesModel { TestSeed = 99 });

        Assert.Equal(first.Plan.Layers, second.Plan.Layers);
    }

    [Fact]
    public void A_metric_that_is_not_a_number_ends_before_the_search()
    {
        var reports = new List<SearchProgress>();

        Assert.Equal(AbsCodes.ModelCodeFailed, Assert.Throws<AbsException>(() => Run(Settings, new StripesModel { MetricOf = (_, _) => double.NaN }, reports.Add)).Code);
        Assert.DoesNotContain(reports, report => report.Phase == "search");
    }

    /// <summary>The metric of a batch is not asked for then.</summary>
    [Fact]
    public void A_metric_over_the_whole_test_set_is_the_plans()
    {
        using var result = Run(Settings, new StripesModel { Start = () => new F1Score(), MetricOf = (_, _) => double.NaN });

        Assert.InRange(result.Plan.Metric.Compressed, 95, 100);
        Assert.NotNull(result.Plan.Metric.Noise);
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
        var error = Assert.Throws<AbsException>(() => Run(Settings with { Budget = new Budget(1e-5) }, report: reports.Add));

        Assert.Equal(AbsCodes.ImpossibleBudget, error.Code);
        Assert.Empty(reports);
    }

    [Fact]
    public void A_loss_that_is_not_finite_ends_the_search()
    {
        var calls = 0;
        var model = new StripesModel { LossOf = (output, target) => ++calls > 10 ? output.sum() / 0.0 : nn.functional.cross_entropy(output, target) };

        Assert.Equal(AbsCodes.Diverged, Assert.Throws<AbsException>(() => Run(Settings, model)).Code);
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

        var error = Assert.Throws<AbsException>(() => Run(Settings with { Budget = new Budget(0.5), Layers = LayerRules.Parse("*:whole") }, model, progress => phase = progress.Phase));

        Assert.Equal((AbsCodes.Diverged, "Training diverged: the loss is not a finite number. Lower LearningRate, or check the data and the loss."), (error.Code, error.Message));
        Assert.Equal("", phase);
    }

    [Fact]
    public void Memory_that_ends_is_told_with_what_to_do()
    {
        var model = new StripesModel { LossOf = (output, _) => output.sum() + empty([1L << 50]).sum() };

        var error = Assert.Throws<AbsException>(() => Run(Settings, model));

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

        Assert.Throws<OperationCanceledException>(() => Run(Settings, report: CancelInSearch, cancellation: source.Token));
    }

    [Fact]
    public void Starting_weights_take_the_place_of_training() => WithFile(file =>
    {
        using (var trained = Trained())
        {
            trained.save(file);
        }

        var reports = new List<SearchProgress>();
        using var result = Run(Settings, report: reports.Add, checkpoint: file);

        Assert.DoesNotContain(reports, report => report.Phase == "train");
        Assert.True(result.Plan.Metric.FullPrecision > 90);
    });

    /// <summary>As TorchSharp's loading does for a network on a GPU.</summary>
    [Fact]
    public void Loading_may_replace_the_parameters() => WithFile(file =>
    {
        using (var network = TestNetworks.Chain())
        {
            network.save(file);
        }

        using var expected = Run(Settings, checkpoint: file);
        using var result = Run(Settings, new StripesModel { LoadWeightsWith = (network, name) => network.to(ScalarType.Float64).to(ScalarType.Float32).load(name) }, checkpoint: file);

        Assert.Equal(PlanJson.Write(expected.Plan), PlanJson.Write(result.Plan));
    });

    [Fact]
    public void Starting_weights_of_another_network_are_refused() => WithFile(file =>
    {
        using (var other = nn.Linear(2, 2))
        {
            other.save(file);
        }

        Assert.Equal(AbsCodes.InvalidCheckpoint, Assert.Throws<AbsException>(() => Run(Settings, checkpoint: file)).Code);
    });

    [Fact]
    public void Starting_weights_that_are_not_finite_are_refused() => WithFile(file =>
    {
        using (var network = TestNetworks.Chain())
        {
            using var noGradient = no_grad();
            _ = network.get_parameter("fc1.bias")!.fill_(double.PositiveInfinity);
            network.save(file);
        }

        var error = Assert.Throws<AbsException>(() => Run(Settings, checkpoint: file));

        Assert.Equal(AbsCodes.InvalidCheckpoint, error.Code);
        Assert.Equal($"Checkpoint '{Path.GetFileName(file)}' holds a value in fc1.bias that is not a finite number; save it again from the network that CreateNetwork returns.", error.Message);
    });

    private static void WithFile(Action<string> test)
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.dat");
        try
        {
            test(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A network whose full-precision weights are good.</summary>
    private static nn.Module Trained()
    {
        using var scope = NewDisposeScope();
        IAbsModel model = new StripesModel();
        var network = model.CreateNetwork();
        var data = model.LoadData(new ModelContext(Path.GetTempPath(), []));
        using var optimizer = optim.Adam(network.parameters(), 0.01);
        for (var epoch = 0; epoch < 40; epoch++)
        {
            optimizer.zero_grad();
            model.Loss(model.Forward(network, data.Train.AllInputs), data.Train.AllTargets).backward();
            _ = optimizer.step();
        }

        return network;
    }

    private static SearchResult Run(
        SearchSettings settings,
        IAbsModel? model = null,
        Action<SearchProgress>? report = null,
        string? checkpoint = null,
        CancellationToken cancellation = default) => SearchEngine.Run(
            model ?? new StripesModel(),
            StripesSearch.Job(settings) with
            {
                StartingWeights = checkpoint,
            },
            report ?? (_ => { }),
            cancellation);

    private sealed class DefaultLoss : IAbsModel
    {
        public nn.Module CreateNetwork() => throw new NotSupportedException();

        public ModelData LoadData(ModelContext context) => throw new NotSupportedException();
    }
}
