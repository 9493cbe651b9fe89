using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Fingerprints;
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

/// <summary>A search that begins with what stages of an earlier one came to ends in the bytes of one that runs all of them.</summary>
public sealed class KeptStageTests : IDisposable
{
    private static readonly SearchSettings Settings = StripesSearch.Settings with { TrainEpochs = 3, SearchEpochs = 2, FineTuneEpochs = 1 };

    private readonly DataFolder _folder = new();
    private readonly List<string> _phases = [];
    private readonly List<string> _told = [];

    public static TheoryData<string> Changes => ["budget", "epochs", "rate", "baseline", "gate", "teacher"];

    private string Stages => Path.Combine(_folder.Root, "stages");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_of_later_stages_runs_those_alone(string change)
    {
        var changed = change switch
        {
            "budget" => Settings with { Budget = Budget.Parse("bops=1%") },
            "epochs" => Settings with { FineTuneEpochs = 2 },
            "rate" => Settings with { FineTuneLearningRate = 0.002 },
            "baseline" => Settings with { Baseline = BaselineKind.AsTrained },
            "gate" => Settings with { Gate = GateKind.Logit, SearchEpochs = 3 },
            _ => Settings with { Distillation = 0.5, FineTuneEpochs = 3 },
        };
        var before = change == "teacher" ? changed with { FineTuneEpochs = 1 } : Settings;
        var expected = Run(Job(changed) with { StageDirectory = null });
        _ = Run(Job(before));
        _phases.Clear();

        var found = Run(Job(changed));

        Assert.Equal(expected, found);
        string[] ran = change switch
        {
            "budget" => ["calibrate", "search", "freeze", "fine-tune", "evaluate"],
            "epochs" or "rate" or "teacher" => ["baseline", "fine-tune", "evaluate"],
            "baseline" => ["calibrate", "search", "freeze", "fine-tune", "evaluate"],
            _ => ["baseline", "calibrate", "search", "freeze", "fine-tune", "evaluate"],
        };
        Assert.Equal(ran, _phases.Distinct());
    }

    [Fact]
    public void With_no_change_all_but_fine_tuning_is_there()
    {
        var expected = Run(Job(Settings));
        _phases.Clear();

        Assert.Equal(expected, Run(Job(Settings)));
        Assert.Equal(["fine-tune", "evaluate"], _phases.Distinct());
    }

    [Fact]
    public void A_search_asked_for_anew_begins_with_the_training_alone_and_leaves_a_network_of_its_own()
    {
        var expected = Run(Job(Settings));
        var kept = Assert.Single(Directory.GetFiles(Stages, "*.searched"));
        File.WriteAllText(kept, "of an earlier search");
        _phases.Clear();

        Assert.Equal(expected, Run(Job(Settings) with { Afresh = SearchStage.Search }));

        Assert.Equal(["calibrate", "search", "freeze", "fine-tune", "evaluate"], _phases.Distinct());
        Assert.NotEqual("of an earlier search", File.ReadAllText(kept));
    }

    /// <summary>Otherwise it might be taken for this search's, where that could keep none.</summary>
    [Fact]
    public void What_an_earlier_one_has_left_is_gone_before_it_is_made_anew()
    {
        _ = Run(Job(Settings));
        using var stop = new CancellationTokenSource();

        _ = Assert.ThrowsAny<OperationCanceledException>(() => Run(Job(Settings) with { Afresh = SearchStage.Search }, _ => stop.Cancel(), cancellation: stop.Token));

        Assert.Empty(Directory.GetFiles(Stages, "*.searched"));
        Assert.Single(Directory.GetFiles(Stages, "*.baseline"));
    }

    [Fact]
    public void It_does_not_go_on_from_fine_tuning_of_an_earlier_ones_network()
    {
        var expected = Run(Job(Settings) with { StageDirectory = null });
        _ = Run(Job(Settings));
        var warnings = new List<string>();
        using var stop = new CancellationTokenSource();
        var job = Job(Settings) with { CheckpointDirectory = Path.Combine(_folder.Root, "states"), Warn = (_, text) => warnings.Add(text) };
        _ = Assert.ThrowsAny<OperationCanceledException>(() => Run(job, _ => stop.Cancel(), cancellation: stop.Token));
        Assert.Equal("fine-tune", _phases[^1]);
        _phases.Clear();

        Assert.Equal(expected, Run(job with { Afresh = SearchStage.Search }));

        Assert.Contains("search", _phases);
        Assert.Contains("stands on the searched network of an earlier search, where a new one is asked for", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_the_same_where_that_search_is_interrupted()
    {
        var changed = Settings with { FineTuneEpochs = 3 };
        var expected = Run(Job(changed) with { StageDirectory = null });
        _ = Run(Job(Settings));
        var states = Path.Combine(_folder.Root, "states");
        foreach (var phase in new[] { "baseline", "fine-tune" })
        {
            using var stop = new CancellationTokenSource();
            _ = Assert.ThrowsAny<OperationCanceledException>(() => Run(Job(changed) with { CheckpointDirectory = states }, report => Stop(report, phase, stop), cancellation: stop.Token));
        }

        Assert.Equal(expected, Run(Job(changed) with { CheckpointDirectory = states }));

        static void Stop(SearchProgress report, string phase, CancellationTokenSource stop)
        {
            if (report.Phase == phase)
            {
                stop.Cancel();
            }
        }
    }

    /// <summary>A cache may give anything: nothing of it is used where it does not fit.</summary>
    [Theory]
    [InlineData(".training")]
    [InlineData(".baseline")]
    [InlineData(".searched")]
    public void What_is_of_another_network_is_made_anew(string ending)
    {
        var expected = Run(Job(Settings));
        var other = Job(Settings) with { StageDirectory = Path.Combine(_folder.Root, "other") };
        _ = Run(other, network: () => TestNetworks.Chain(8, 10, 12));

        // A baseline says nothing of a network: so it gets the bytes of what does.
        var from = Assert.Single(Directory.GetFiles(other.StageDirectory!, "*" + (ending == ".baseline" ? ".searched" : ending)));
        File.Copy(from, Assert.Single(Directory.GetFiles(Stages, "*" + ending)), overwrite: true);

        Assert.Equal(expected, Run(Job(Settings)));
        Assert.Contains(_told, text => text.EndsWith("; it is made anew", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(".training")]
    [InlineData(".baseline")]
    [InlineData(".searched")]
    public void What_is_damaged_is_made_anew(string ending)
    {
        var expected = Run(Job(Settings));
        var file = Assert.Single(Directory.GetFiles(Stages, "*" + ending));
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);

        Assert.Equal(expected, Run(Job(Settings)));
        Assert.Contains(_told, text => text.EndsWith(" of an earlier search is damaged; it is made anew", StringComparison.Ordinal));
    }

    [Fact]
    public void Another_name_of_the_model_changes_nothing()
    {
        _ = Run(Job(Settings));
        _phases.Clear();

        _ = Run(Job(Settings, "another"));

        Assert.Equal(["fine-tune", "evaluate"], _phases.Distinct());
    }

    private SearchJob Job(SearchSettings settings, string model = "stripes") => StripesSearch.Job(settings, model) with
    {
        StageDirectory = Stages,
        StageKeys = StageKeys.Of(new FingerprintBuilder().AddSettings(settings).Add(FingerprintBuilder.ModelEntry, model).Build(), settings, isHeld: false),
        Tell = _told.Add,
    };

    private (string Plan, string Record, string Weights) Run(SearchJob job, Action<SearchProgress>? report = null, Func<Module<Tensor, Tensor>>? network = null, CancellationToken cancellation = default)
    {
        var model = network is null ? new StripesModel() : new StripesModel { Network = network };
        using var result = SearchEngine.Run(model, job, Report, cancellation);
        var weights = Path.Combine(_folder.Root, "weights.zip");
        result.SaveWeights(weights);
        var record = JObject.Parse(result.RunRecordJson);
        return (PlanJson.Write(result.Plan), InterruptedSearch.Comparable(record), Convert.ToHexString(File.ReadAllBytes(weights)));

        void Report(SearchProgress progress)
        {
            _phases.Add(progress.Phase);
            report?.Invoke(progress);
        }
    }
}
