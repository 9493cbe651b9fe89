using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Data;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Newtonsoft.Json.Linq;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Engine;

/// <summary>A search that was stopped ends, however often and wherever that was, in the bytes of one that was not.</summary>
public sealed class ResumeTests : IDisposable
{
    private const string CheckpointName = "search.checkpoint";

    private static readonly SearchSettings Settings = new()
    {
        Budget = new Budget(0.03),
        KeepFirstAndLast = false,
        BatchSize = 32,
        TrainEpochs = 2,
        SearchEpochs = 2,
        FineTuneEpochs = 2,
        LearningRate = 0.01,
    };

    private static readonly Lazy<CompressionPlan> Given = new(() =>
    {
        var job = new SearchJob
        {
            Model = "stripes",
            Fingerprint = new string('0', 64),
            Settings = Settings with { Budget = new Budget(0.02), Seed = 9 },
            Context = new ModelContext(Path.GetTempPath(), []),
            Device = CPU,
        };
        using var result = SearchEngine.Run(new StripesModel(), job, _ => { }, CancellationToken.None);
        return result.Plan with { Budget = "bops=3%" };
    });

    private readonly DataFolder _folder = new();
    private readonly List<string> _told = [];
    private readonly List<(string Code, string Text)> _warnings = [];
    private bool _isTrained;

    public static TheoryData<string> Models => ["chain", "dropout", "random depth", "augmented", "logit gates", "teacher", "size", "lambda", "layers"];

    public static TheoryData<string> LongModels => ["drop", "sweep", "locked"];

    private IEnumerable<string> Resumed => _told.Where(text => text.StartsWith("resuming at ", StringComparison.Ordinal)).Select(text => text["resuming at ".Length..]);

    private string CheckpointFile => Path.Combine(_folder.Root, CheckpointName);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Models))]
    public void Cancelled_at_the_end_of_every_epoch(string model)
    {
        var expected = Uninterrupted(model);

        var sittings = 1;
        string[]? bytes;
        while ((bytes = Sitting(model, stopAtReport: true)) is null)
        {
            sittings++;
        }

        Assert.Equal(expected, bytes);

        // 2 + 1 + 2 + 1 + 2 epochs and steps between; only the last, the evaluation's, cannot be cancelled.
        Assert.Equal(9, sittings);
        Assert.Equal(
            ["train 2/2", "train 2/2", "search 1/2", "search 2/2", "freeze", "fine-tune 1/2", "fine-tune 2/2", "fine-tune 2/2"],
            Resumed);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Cancelled_at_the_end_of_every_epoch_where_the_first_plan_loses_too_much()
    {
        string[] attempt = ["freeze", "fine-tune 1/2", "fine-tune 2/2", "fine-tune 2/2"];
        var phases = new List<string>();
        var (bytes, record) = Run("drop", null, null, TimeSpan.Zero, progress => phases.Add(progress.Phase));
        var attempts = phases.Count(phase => phase == "freeze");

        var resumed = UntilDoneByReports("drop");

        Assert.Equal([.. bytes, Comparable(record)], resumed);
        Assert.InRange(attempts, 2, 4);
        Assert.Equal(["train 2/2", "train 2/2", "search 1/2", "search 2/2", .. Enumerable.Repeat(attempt, attempts).SelectMany(stages => stages)], Resumed);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Cancelled_at_the_end_of_every_epoch_of_a_sweep()
    {
        var expected = Uninterrupted("sweep");
        _told.Clear();

        Assert.Equal(expected, UntilDoneByReports("sweep"));

        Assert.Contains("sweep 1/2: size=20%", _told);
        Assert.Contains("sweep 2/2: bops=1%", _told);
        Assert.Equal("resuming at train 2/2", _told[0]);
        Assert.Equal(["the model's own budget: bops=3%", "resuming at fine-tune 2/2"], _told[^2..]);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Cancelled_at_the_end_of_every_epoch_under_given_decisions()
    {
        var expected = Uninterrupted("locked");

        Assert.Equal(expected, UntilDoneByReports("locked"));

        Assert.Equal(["train 2/2", "train 2/2", "freeze", "fine-tune 1/2", "fine-tune 2/2", "fine-tune 2/2"], Resumed);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_checkpoint_under_other_decisions_is_reported_and_leaves_no_trace()
    {
        var expected = Uninterrupted("locked");
        Assert.Null(Sitting("chain", stopAtReport: true));

        Assert.Equal(expected, Sitting("locked"));

        Assert.Equal(AbsCodes.CheckpointUnusable, Assert.Single(_warnings).Code);
    }

    [Fact]
    public void A_drop_that_cannot_be_met_is_told_alike()
    {
        var expected = Assert.Throws<AbsException>(() => Uninterrupted("impossible drop"));

        var error = Assert.Throws<AbsException>(() => UntilDoneByReports("impossible drop"));

        Assert.Equal((AbsCodes.BudgetMissed, expected.Message), (error.Code, error.Message));

        // Four plans, and one time more to find that there is no other.
        Assert.Equal(5, Resumed.Count(place => place == "freeze"));
    }

    [Theory]
    [MemberData(nameof(Models))]
    [MemberData(nameof(LongModels))]
    public void Cancelled_at_random_steps(string model)
    {
        var expected = Uninterrupted(model);

        Assert.Equal(expected, UntilDone(model, withoutNotice: false, TimeSpan.FromHours(1)));
    }

    [Theory]
    [InlineData("dropout", 0)]
    [InlineData("random depth", 3600)]
    [InlineData("drop", 0)]
    public void Ended_without_notice_at_random_steps(string model, int seconds)
    {
        var expected = Uninterrupted(model);

        Assert.Equal(expected, UntilDone(model, withoutNotice: true, TimeSpan.FromSeconds(seconds)));
    }

    [Fact]
    public void From_starting_weights()
    {
        var weights = Path.Combine(_folder.Root, "start.dat");
        using (var network = TestNetworks.Chain())
        {
            network.save(weights);
        }

        var expected = Uninterrupted("chain", weights);
        string[]? bytes;
        while ((bytes = Sitting("chain", stopAtReport: true, start: weights)) is null)
        {
        }

        Assert.Equal(expected, bytes);
        Assert.Equal("resuming at search 1/2", _told[0]);
    }

    [Fact]
    public void A_damaged_checkpoint_is_reported_once_and_the_search_starts_afresh()
    {
        var expected = Uninterrupted("chain");
        Assert.Null(Sitting("chain", stopAtReport: true));
        var content = File.ReadAllBytes(CheckpointFile);
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(CheckpointFile, content);

        Assert.Equal(expected, Sitting("chain"));

        Assert.Equal(AbsCodes.CheckpointUnusable, Assert.Single(_warnings).Code);
        Assert.Contains("'stripes' is damaged", _warnings[0].Text, StringComparison.Ordinal);
        Assert.Empty(_told);
    }

    [Theory]
    [InlineData("dropout", "chain")]
    [InlineData("chain", "dropout")]
    [InlineData("wide", "chain")]
    public void A_checkpoint_of_another_network_is_reported_and_leaves_no_trace(string before, string now)
    {
        var expected = Uninterrupted(now);
        Assert.Null(Sitting(before, stopAtReport: true));

        Assert.Equal(expected, Sitting(now));

        Assert.Equal(AbsCodes.CheckpointUnusable, Assert.Single(_warnings).Code);
        Assert.Empty(_told);
    }

    [Fact]
    public void What_a_killed_process_was_writing_is_ignored_and_removed()
    {
        var expected = Uninterrupted("chain");
        Assert.Null(Sitting("chain", stopAtReport: true));
        var torn = Path.Combine(_folder.Root, $".{CheckpointName}.{Guid.NewGuid():N}.tmp");
        File.WriteAllBytes(torn, File.ReadAllBytes(CheckpointFile)[..1000]);

        Assert.Equal(expected, Sitting("chain"));

        Assert.False(File.Exists(torn));
        Assert.Single(_told);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Without_a_folder_that_can_be_written_the_search_runs_all_the_same()
    {
        var expected = Uninterrupted("chain");
        File.WriteAllText(Path.Combine(_folder.Root, "file"), "");

        Assert.Equal(expected, Sitting("chain", folder: Path.Combine(_folder.Root, "file", "below")));

        Assert.Equal(AbsCodes.CheckpointNotWritable, Assert.Single(_warnings).Code);
    }

    /// <summary>A metric by which, on test data alone, what trains longer is better.</summary>
    private static double Telling(Tensor output, Tensor target) =>
        output.shape[0] == 128 ? -functional.cross_entropy(output, target).item<float>() : 0;

    private StripesModel Model(string name, Action? onStep = null) => new StripesModel
    {
        Network = name switch
        {
            "dropout" => WithDropout,
            "random depth" => WithRandomDepth,
            "wide" => () => TestNetworks.Chain(8, 10, 12),
            _ => TestNetworks.Chain,
        },
        Augmentation = name == "augmented" ? new Augmentation { HorizontalFlip = true, CropPadding = 1 } : null,
        MetricOf = name switch
        {
            "drop" => Telling,
            "impossible drop" => (output, _) => _isTrained && output.shape[0] == 128 ? 10 : 90,
            _ => null,
        },
        LossOf = (output, target) =>
        {
            // Freezing measures losses too, in one piece.
            if (is_grad_enabled())
            {
                onStep?.Invoke();
            }

            return functional.cross_entropy(output, target);
        },
    };

    private static FunctionNetwork WithDropout()
    {
        _ = manual_seed(5);
        var (conv, norm, dropout, head) = (Conv2d(3, 8, 3, padding: 1), BatchNorm2d(8), Dropout(0.3), Linear(8 * 4, 4));
        return new FunctionNetwork(
            x => head.call(dropout.call(functional.max_pool2d(functional.relu(norm.call(conv.call(x))), 4).flatten(1))),
            ("conv", conv),
            ("norm", norm),
            ("dropout", dropout),
            ("head", head));
    }

    /// <summary>A branch takes part in about half of the training steps.</summary>
    private static FunctionNetwork WithRandomDepth()
    {
        _ = manual_seed(5);
        var (stem, branch, head) = (Conv2d(3, 8, 3, padding: 1), Conv2d(8, 8, 3, padding: 1), Linear(8 * 4, 4));
        return new FunctionNetwork(
            x =>
            {
                x = functional.relu(stem.call(x));
                x = branch.training && rand(1).item<float>() < 0.5f ? x : functional.relu(x + branch.call(x));
                return head.call(functional.max_pool2d(x, 4).flatten(1));
            },
            ("stem", stem),
            ("branch", branch),
            ("head", head));
    }

    private string[] Uninterrupted(string model, string? start = null)
    {
        var (bytes, record) = Run(model, start, null, TimeSpan.Zero);
        return [.. bytes, Comparable(record)];
    }

    private static string Comparable(JObject record)
    {
        record.Remove("seconds");
        return record.ToString();
    }

    private string[] UntilDone(string model, bool withoutNotice, TimeSpan interval)
    {
        var random = new Random(3);
        for (var sitting = 0; ; sitting++)
        {
            Assert.InRange(sitting, 0, 100);
            using var stop = new Stop(random.Next(1, 14), withoutNotice);
            try
            {
                var (bytes, record) = Run(model, null, _folder.Root, interval, onStep: stop.Step, cancellation: stop.Token);
                Assert.InRange(sitting, 3, 100);
                Assert.Empty(_warnings);
                return [.. bytes, Comparable(record)];
            }
            catch (Exception exception) when (exception is OperationCanceledException or CrashException)
            {
                // The next one goes on.
            }
        }
    }

    private string[] UntilDoneByReports(string model)
    {
        string[]? bytes;
        while ((bytes = Sitting(model, stopAtReport: true)) is null)
        {
        }

        return bytes;
    }

    /// <summary>Runs to the end, or to the next report; null where it was stopped.</summary>
    private string[]? Sitting(string model, bool stopAtReport = false, string? start = null, string? folder = null)
    {
        using var source = new CancellationTokenSource();
        try
        {
            var (bytes, record) = Run(model, start, folder ?? _folder.Root, TimeSpan.FromHours(1), Report, cancellation: source.Token);
            return [.. bytes, Comparable(record)];
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        void Report(SearchProgress progress)
        {
            if (stopAtReport)
            {
                source.Cancel();
            }
        }
    }

    private (string[] Bytes, JObject Record) Run(
        string model,
        string? start,
        string? folder,
        TimeSpan interval,
        Action<SearchProgress>? report = null,
        Action? onStep = null,
        CancellationToken cancellation = default)
    {
        _isTrained = false;
        var job = new SearchJob
        {
            Model = "stripes",
            Fingerprint = new string('0', 64),
            Settings = model switch
            {
                "logit gates" => Settings with { Gate = GateKind.Logit },
                "teacher" => Settings with { Distillation = 0.5 },
                "size" => Settings with { Budget = Budget.Parse("size=15%") },
                "lambda" => Settings with { Budget = Budget.Parse("lambda=0.02") },
                "drop" => Settings with { Budget = Budget.Parse("drop=0.05") },
                "impossible drop" => Settings with { Budget = Budget.Parse("drop=0") },
                "layers" => Settings with { Budget = new Budget(0.5), Layers = LayerRules.Parse("conv1:4/32;conv2:8/4,whole") },
                "sweep" => Settings with { Sweep = BudgetSweep.Parse("size=20%|bops=1%") },
                _ => Settings,
            },
            Context = new ModelContext(Path.GetTempPath(), []),
            Device = CPU,
            Checkpoint = start,
            Lock = model == "locked" ? Given.Value : null,
            CheckpointDirectory = folder,
            CheckpointInterval = interval,
            Tell = Tell,
            Warn = (code, text) => _warnings.Add((code, text)),
        };
        using var result = SearchEngine.Run(Model(model, onStep), job, Report, cancellation);
        var weights = Path.Combine(_folder.Root, "weights.zip");
        result.SaveWeights(weights);
        return ([PlanJson.Write(result.Plan), SweepJson.Write(SweepResult.Of(result.Plan, result.Sweep)), Convert.ToHexString(File.ReadAllBytes(weights))], JObject.Parse(result.RunRecordJson));

        void Tell(string text)
        {
            _told.Add(text);
            _isTrained |= text.StartsWith("resuming", StringComparison.Ordinal) && !text.Contains("train", StringComparison.Ordinal);
        }

        void Report(SearchProgress progress)
        {
            _isTrained |= progress.Phase == "calibrate";
            report?.Invoke(progress);
        }
    }

    /// <summary>Stops a search after some training steps.</summary>
    private sealed class Stop(int steps, bool withoutNotice) : IDisposable
    {
        private readonly CancellationTokenSource _source = new();
        private int _left = steps;

        public CancellationToken Token => _source.Token;

        public void Step()
        {
            if (--_left > 0)
            {
                return;
            }

            if (withoutNotice)
            {
                throw new CrashException();
            }

            _source.Cancel();
        }

        public void Dispose() => _source.Dispose();
    }

    private sealed class CrashException : Exception;
}
