using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Data;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Newtonsoft.Json.Linq;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Engine;

/// <summary>Searches that are stopped in all sorts of ways, and go on from their checkpoint.</summary>
internal sealed class InterruptedSearch : IDisposable
{
    public const string CheckpointName = "search.checkpoint";

    private const int MostSittings = 100;

    private static readonly SearchSettings Settings = StripesSearch.Settings with { TrainEpochs = 2, SearchEpochs = 2, FineTuneEpochs = 2 };

    private static readonly Lazy<CompressionPlan> Given = new(() =>
    {
        var job = StripesSearch.Job(Settings with { Budget = new Budget(0.02), Seed = 9 });
        using var result = SearchEngine.Run(new StripesModel(), job, _ => { }, CancellationToken.None);
        return result.Plan with { Budget = "bops=3%" };
    });

    private readonly DataFolder _folder = new();
    private bool _isTrained;

    /// <summary>Where sittings went on.</summary>
    public IEnumerable<string> Resumed => Told.Where(text => text.StartsWith("resuming at ", StringComparison.Ordinal)).Select(text => text["resuming at ".Length..]);

    public string CheckpointFile => Path.Combine(_folder.Root, CheckpointName);

    /// <summary>What the searches told.</summary>
    public List<string> Told { get; } = [];

    /// <summary>What the searches warned of.</summary>
    public List<(string Code, string Text)> Warnings { get; } = [];

    /// <summary>Where checkpoints are kept.</summary>
    public string Folder => _folder.Root;

    public void Dispose() => _folder.Dispose();

    /// <summary>A metric by which, on test data alone, what trains longer is better.</summary>
    private static double Telling(Tensor output, Tensor target) =>
        output.shape[0] == 128 ? -functional.cross_entropy(output, target).item<float>() : 0;

    private StripesModel Model(string name, Action? onStep = null) => new StripesModel
    {
        Network = () => StripesNetworks.Of(name),
        Augmentation = name == "augmented" ? new Augmentation { HorizontalFlip = true, CropPadding = 1 } : null,
        MetricOf = name switch
        {
            "drop" or "noisy" => Telling,
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

            var loss = functional.cross_entropy(output, target);
            var isOdd = output.shape[0] <= 128 && !is_grad_enabled() && loss.item<float>() > 1.2;
            return isOdd && name == "infinite at first" ? loss / 0 : isOdd && name == "loud at first" ? loss + rand(1) : loss;
        },
    };

    private static SearchSettings SettingsOf(string model) => model switch
    {
        "logit gates" => Settings with { Gate = GateKind.Logit },
        "sums" => Settings with { Budget = new Budget(0.05), KeepFirstAndLast = false, DeployTarget = new() { Name = "pairs", FilterMultiple = 2 } },
        "branches" => Settings with { KeepFirstAndLast = false, DeployTarget = new() { Name = "whole", QuantizesSums = true } },
        "filter scales" => Settings with { WeightScales = ScaleKind.Filter },
        "recurrent" => Settings with { Budget = Budget.Parse("bops=40%;size=40%"), KeepFirstAndLast = false },
        "heads" => Settings with { Budget = Budget.Parse("size=30%"), LearningRate = 0.02, KeepFirstAndLast = false },
        "teacher" => Settings with { Distillation = 0.5 },
        "size" => Settings with { Budget = Budget.Parse("size=15%") },
        "patience" => Settings with { TrainEpochs = 8, SearchEpochs = 8, FineTuneEpochs = 8, LearningRate = 0.05, Patience = 1, Baseline = BaselineKind.AsTrained },
        "lambda" => Settings with { Budget = Budget.Parse("lambda=0.02") },
        "drop" => Settings with { Budget = Budget.Parse("drop=0.05"), Baseline = BaselineKind.AsTrained },
        "impossible drop" => Settings with { Budget = Budget.Parse("drop=0") },
        "layers" => Settings with { Budget = new Budget(0.5), Layers = LayerRules.Parse("conv1:4/32;conv2:8/4,whole") },
        _ => Settings,
    };

    public string[] Uninterrupted(string model, string? start = null)
    {
        var (bytes, record) = Run(model, start, null, TimeSpan.Zero);
        return [.. bytes, Comparable(record)];
    }

    public static string Comparable(JObject record)
    {
        record.Remove("seconds");
        return record.ToString();
    }

    public string[] UntilDone(string model, bool withoutNotice, TimeSpan interval)
    {
        var random = new Random(3);
        for (var sitting = 0; sitting < MostSittings; sitting++)
        {
            // A deep network takes long to look at each time.
            using var stop = new Stop(random.Next(1, model == "deep" ? 28 : 14), withoutNotice);
            try
            {
                var (bytes, record) = Run(model, null, _folder.Root, interval, onStep: stop.Step, cancellation: stop.Token);
                Assert.True(sitting >= 3);
                Assert.Empty(Warnings);
                return [.. bytes, Comparable(record)];
            }
            catch (Exception exception) when (exception is OperationCanceledException or CrashException)
            {
                // The next one goes on.
            }
        }

        throw Endless();
    }

    public string[] UntilDoneByReports(string model, string? start = null)
    {
        for (var sitting = 0; sitting < MostSittings; sitting++)
        {
            if (Sitting(model, stopAtReport: true, start) is { } bytes)
            {
                return bytes;
            }
        }

        throw Endless();
    }

    private InvalidOperationException Endless() => new($"The search does not end; it went on at {string.Join(", ", Resumed)}.");

    /// <summary>Runs to the end, or to the next report; null where it was stopped.</summary>
    public string[]? Sitting(string model, bool stopAtReport = false, string? start = null, string? folder = null)
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

    public (string[] Bytes, JObject Record) Run(
        string model,
        string? start,
        string? folder,
        TimeSpan interval,
        Action<SearchProgress>? report = null,
        Action? onStep = null,
        CancellationToken cancellation = default)
    {
        _isTrained = false;
        var job = StripesSearch.Job(SettingsOf(model)) with
        {
            StartingWeights = start,
            HeldPlan = model == "locked" ? Given.Value : null,
            CheckpointDirectory = folder,
            CheckpointInterval = interval,

            // However busy the machine is, and so however long a checkpoint takes.
            CheckpointShare = double.PositiveInfinity,
            Tell = Tell,
            Warn = (code, text) => Warnings.Add((code, text)),
        };
        using var result = SearchEngine.Run(Model(model, onStep), job, Report, cancellation);
        var weights = Path.Combine(_folder.Root, "weights.zip");
        result.SaveWeights(weights);
        return ([PlanJson.Write(result.Plan), Convert.ToHexString(File.ReadAllBytes(weights))], JObject.Parse(result.RunRecordJson));

        void Tell(string text)
        {
            Told.Add(text);
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
