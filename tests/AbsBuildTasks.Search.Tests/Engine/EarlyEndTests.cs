using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Data;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Newtonsoft.Json.Linq;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Engine;

/// <summary>A search that somebody ends before it is done.</summary>
public sealed class EarlyEndTests : IDisposable
{
    private static readonly SearchSettings Settings = StripesSearch.Settings with { TrainEpochs = 2, SearchEpochs = 3, FineTuneEpochs = 2 };

    // Before any training the first batch is tried, in full precision and under the plan.
    private const int FirstSteps = 2;

    private readonly DataFolder _folder = new();
    private readonly List<SearchProgress> _reports = [];
    private readonly List<string> _told = [];

    private static int Steps => new StripesModel().LoadData(StripesSearch.Job(Settings).Context).Train.Count / Settings.BatchSize;

    private string States => Path.Combine(_folder.Root, "states");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("train", 1, 2)]
    [InlineData("baseline", 1, 0)]
    [InlineData("search", 0, 1)]
    [InlineData("search", 2, 3)]
    [InlineData("settle", 1, 1)]
    [InlineData("fine-tune", 0, 2)]
    public void A_plan_is_delivered_within_the_budget_and_says_where_its_search_was_ended(string phase, int epochs, int steps)
    {
        var (plan, record, weights) = Run(Job(phase), Ask(phase, epochs, steps, keeps: true));

        Assert.Equal(new EndedPhase(phase, epochs, steps), Assert.Single(plan.EndedEarly));
        Assert.Equal($"[{{\"phase\":\"{phase}\",\"epochs\":{epochs},\"steps\":{steps}}}]", JObject.Parse(record)["endedEarly"]!.ToString(Newtonsoft.Json.Formatting.None));
        Assert.InRange(plan.Totals.Relative(CostKind.Leading), 0, 0.03);
        Assert.Contains($"asked to end (abs stop --keep): {plan.EndedEarly[0]}", _told);
        Assert.Equal(PlanJson.Write(plan), PlanJson.Write(PlanJson.Read(PlanJson.Write(plan), "plan")));

        // Fine-tuning as asked, unless that is what was ended; and whole epochs of nothing else behind the end.
        Assert.Equal(phase == "fine-tune" ? 1 : 2, _reports.Count(report => report.Phase == "fine-tune"));
        Assert.Equal(epochs + (steps > 0 ? 1 : 0), _reports.Count(report => report.Phase == phase));
        Assert.Equal(phase is "train" or "baseline" ? BaselineKind.AsTrained : BaselineKind.EqualSteps, plan.Metric.Baseline);

        // The same end gives the same bytes.
        Directory.Delete(States, recursive: true);
        var (again, _, weightsAgain) = Run(Job(phase), Ask(phase, epochs, steps, keeps: true));
        Assert.Equal(PlanJson.Write(plan), PlanJson.Write(again));
        Assert.Equal(weights, weightsAgain);
    }

    [Fact]
    public void It_is_the_same_where_the_search_was_interrupted_after_its_end()
    {
        var (plan, _, weights) = Run(Job("search"), Ask("search", 1, 2, keeps: true));
        Directory.Delete(States, recursive: true);
        using var stop = new CancellationTokenSource();
        _ = Assert.ThrowsAny<OperationCanceledException>(() => Run(Job("search"), Ask("search", 1, 2, keeps: true), report => Cancel(report, stop), stop.Token));

        var (again, _, weightsAgain) = Run(Job("search"), _ => { });

        Assert.Equal(PlanJson.Write(plan), PlanJson.Write(again));
        Assert.Equal(weights, weightsAgain);

        static void Cancel(SearchProgress report, CancellationTokenSource stop)
        {
            if (report.Phase == "fine-tune")
            {
                stop.Cancel();
            }
        }
    }

    [Fact]
    public void Asked_twice_fine_tuning_ends_too()
    {
        // Two epochs sooner than usual, as the search's last two are left out.
        var (search, fineTune) = (Ask("search", 1, 0, keeps: true), Ask("fine-tune", 1 - 2, 0, keeps: true));

        var (plan, _, _) = Run(Job("search"), network =>
        {
            search(network);
            fineTune(network);
        });

        Assert.Equal([new("search", 1, 0), new("fine-tune", 1, 0)], plan.EndedEarly);
    }

    [Theory]
    [InlineData("train", 0, 3)]
    [InlineData("search", 1, 0)]
    [InlineData("fine-tune", 1, 3)]
    public void Stopped_with_no_plan_it_goes_on_in_the_next_build(string phase, int epochs, int steps)
    {
        var (expected, _, weights) = Run(Job(phase) with { CheckpointDirectory = null }, _ => { });

        var error = Assert.Throws<AbsException>(() => Run(Job(phase), Ask(phase, epochs, steps, keeps: false)));
        Assert.Equal(AbsCodes.Stopped, error.Code);
        Assert.Contains($"at {phase} {epochs + 1}/", error.Message, StringComparison.Ordinal);
        Assert.False(StopRequest.IsIn(States));
        _reports.Clear();
        var (plan, _, weightsAfter) = Run(Job(phase), _ => { });

        Assert.Equal(PlanJson.Write(expected), PlanJson.Write(plan));
        Assert.Equal(weights, weightsAfter);
        Assert.DoesNotContain(_reports, report => report.Phase == phase && report.Epoch <= epochs);
    }

    [Fact]
    public void Stopped_where_its_state_cannot_be_kept_it_goes_on()
    {
        var (ask, state) = (Ask("train", 0, 3, keeps: false), Path.Combine(States, "search.checkpoint"));

        var (plan, _, _) = Run(Job("train"), step =>
        {
            ask(step);
            if (StopRequest.IsIn(States))
            {
                File.Delete(state);
                _ = Directory.CreateDirectory(Path.Combine(state, "in the way"));
            }
        });

        Assert.Empty(plan.EndedEarly);
        Assert.Single(_told, line => line.StartsWith("asked to stop (abs stop), but its state cannot be kept", StringComparison.Ordinal));
    }

    [Fact]
    public void What_was_asked_of_an_earlier_run_is_not_asked_of_the_next()
    {
        _ = Directory.CreateDirectory(States);
        StopRequest.Write(States, keeps: false);

        var (plan, _, _) = Run(Job("search"), _ => { });

        Assert.Empty(plan.EndedEarly);
    }

    [Theory]
    [InlineData("")]
    [InlineData("keep")]
    [InlineData("keep\nkeep\n")]
    public void What_is_no_request_changes_nothing(string text)
    {
        var isWritten = false;

        var (plan, _, _) = Run(Job("search"), _ =>
        {
            if (!isWritten)
            {
                isWritten = true;
                File.WriteAllText(Path.Combine(States, "stop"), text);
            }
        });

        Assert.Empty(plan.EndedEarly);
        Assert.Contains("what lies where 'abs stop' puts its request is none; it is not heeded", _told);
    }

    [Fact]
    public void Out_of_time_it_lands_from_where_it_stands()
    {
        var (plan, _, _) = Run(Job("search") with { StopAfter = TimeSpan.FromTicks(1), CheckpointDirectory = null }, _ => { });

        Assert.Equal([new("train", 0, 0)], plan.EndedEarly);
        Assert.InRange(plan.Totals.Relative(CostKind.Leading), 0, 0.03);
        Assert.Equal(2, _reports.Count(report => report.Phase == "fine-tune"));
        Assert.Contains("out of time (AbsStopAfter): train after 0 epochs", _told);
    }

    [Fact]
    public void A_time_that_is_not_over_changes_nothing()
    {
        var (plan, _, _) = Run(Job("search") with { StopAfter = TimeSpan.FromDays(1) }, _ => { });

        Assert.Empty(plan.EndedEarly);
    }

    [Fact]
    public void A_training_that_was_ended_is_kept_for_no_other_search()
    {
        var trainings = Path.Combine(_folder.Root, "trainings");

        _ = Run(Job("train") with { StageDirectory = trainings, StageKeys = new(new('0', 64), new('0', 64), new('0', 64)) }, Ask("train", 1, 0, keeps: true));

        Assert.False(Directory.Exists(trainings));
    }

    [Fact]
    public void A_search_that_was_ended_takes_nothing_that_stands_on_a_whole_training()
    {
        var stages = Path.Combine(_folder.Root, "stages");
        var job = Job("train") with { StageDirectory = stages, StageKeys = new(new('0', 64), new('0', 64), new('0', 64)) };
        var (expected, _, weights) = Run(Job("train"), Ask("train", 1, 0, keeps: true));
        Directory.Delete(States, recursive: true);
        _ = Run(job, _ => { });
        File.Delete(Assert.Single(Directory.GetFiles(stages, "*.training")));
        Directory.Delete(States, recursive: true);

        var (plan, _, weightsAfter) = Run(job, Ask("train", 1, 0, keeps: true));

        Assert.Equal(PlanJson.Write(expected), PlanJson.Write(plan));
        Assert.Equal(weights, weightsAfter);
    }

    /// <summary>Asks at a step of a phase.</summary>
    private Action<int> Ask(string phase, int epochs, int steps, bool keeps)
    {
        var before = phase switch
        {
            "train" => 0,
            "baseline" => 2,
            "search" or "settle" => 2 + 5,
            _ => 2 + 5 + 3,
        };
        var isAsked = false;
        return step =>
        {
            // The request is seen before the next step. At the end of an epoch that is one of the next.
            if (step == FirstSteps + ((before + epochs) * Steps) + steps && !isAsked)
            {
                isAsked = true;
                StopRequest.Write(States, keeps);
            }
        };
    }

    private SearchJob Job(string phase) => StripesSearch.Job(Settings) with
    {
        CheckpointDirectory = States,
        LookInterval = TimeSpan.Zero,
        HeldPlan = phase == "settle" ? Held.Value : null,
        Tell = _told.Add,
    };

    private static readonly Lazy<CompressionPlan> Held = new(() =>
    {
        using var result = SearchEngine.Run(new StripesModel(), StripesSearch.Job(Settings with { Seed = 9 }), _ => { }, CancellationToken.None);
        return result.Plan;
    });

    private (CompressionPlan Plan, string Record, string Weights) Run(SearchJob job, Action<int> afterStep, Action<SearchProgress>? report = null, CancellationToken cancellation = default)
    {
        var (steps, isTraining) = (0, false);
        var model = new StripesModel
        {
            Network = () =>
            {
                var network = TestNetworks.Chain();
                _ = network.register_forward_hook((module, _, output) =>
                {
                    isTraining = module.training;
                    return output;
                });
                return network;
            },
            LossOf = (output, target) =>
            {
                // The last decisions are weighed with gradients, too, in evaluation mode.
                if (is_grad_enabled() && isTraining)
                {
                    afterStep(++steps);
                }

                return functional.cross_entropy(output, target);
            },
        };
        using var result = SearchEngine.Run(model, job, _reports.Add + (report ?? (_ => { })), cancellation);
        var weights = Path.Combine(_folder.Root, "weights.zip");
        result.SaveWeights(weights);
        return (result.Plan, result.RunRecordJson, Convert.ToHexString(File.ReadAllBytes(weights)));
    }
}
