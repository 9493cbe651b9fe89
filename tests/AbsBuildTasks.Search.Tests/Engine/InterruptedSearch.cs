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
        Network = name switch
        {
            "dropout" => WithDropout,
            "random depth" => WithRandomDepth,
            "deep" => Deep,
            "frozen" => WithFrozenWeights,
            "recurrent" => Recurrent,
            "heads" => WithHeads,
            "sums" => () => TestNetworks.Of("residual"),
            "branches" => WithBranches,
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

    /// <summary>Two layers that take the same tensor, and share its interval.</summary>
    private static FunctionNetwork WithBranches()
    {
        _ = manual_seed(5);
        var (stem, left, right, head) = (Conv2d(3, 8, 3, padding: 1), Conv2d(8, 8, 3, padding: 1), Conv2d(8, 8, 1), Linear(8 * 4, 4));
        return new FunctionNetwork(
            x =>
            {
                x = functional.relu(stem.call(x));
                return head.call(functional.max_pool2d(functional.relu(left.call(x) + right.call(x)), 4).flatten(1));
            },
            ("stem", stem),
            ("left", left),
            ("right", right),
            ("head", head));
    }

    private static FunctionNetwork WithFrozenWeights()
    {
        _ = manual_seed(5);
        var (conv, head) = (Conv2d(3, 48, 3, padding: 1), Linear(48 * 4, 4));
        conv.weight!.requires_grad = false;
        return new FunctionNetwork(
            x => head.call(functional.max_pool2d(functional.relu(conv.call(x)), 4).flatten(1)),
            ("conv", conv),
            ("head", head));
    }

    /// <summary>So many layers that the last decisions are taken by estimates.</summary>
    private static FunctionNetwork Deep()
    {
        _ = manual_seed(5);
        var convolutions = Enumerable.Range(0, 9).Select(i => (Name: $"conv{i}", Module: Conv2d(i == 0 ? 3 : 8, 8, 3, padding: 1))).ToArray();
        var norms = convolutions.Select((_, i) => (Name: $"norm{i}", Module: BatchNorm2d(8))).ToArray();
        var head = Linear(8 * 4, 4);
        return new FunctionNetwork(
            x => head.call(functional.max_pool2d(convolutions.Zip(norms).Aggregate(x, (y, pair) => functional.relu(pair.Second.Module.call(pair.First.Module.call(y)))), 4).flatten(1)),
            [.. convolutions.Select(pair => (pair.Name, (Module)pair.Module)), .. norms.Select(pair => (pair.Name, (Module)pair.Module)), ("head", head)]);
    }

    /// <summary>Reads an image row by row, with units and heads that can go: a recurrent layer, attention and a Transformer layer.</summary>
    public static FunctionNetwork WithHeads()
    {
        _ = manual_seed(5);
        var (rows, attention, wide, layer, head) = (GRU(24, 16), MultiheadAttention(16, 8), Linear(16, 8), TransformerEncoderLayer(8, 2, 16, dropout: 0.1), Linear(8 * 40, 4));
        return new FunctionNetwork(
            x =>
            {
                var (all, _) = rows.call(x.permute(2, 0, 1, 3).flatten(2));
                var seen = attention.call(all, all, all).Item1;
                return head.call(cat([all, seen, layer.call(wide.call(seen))], -1).transpose(0, 1).flatten(1));
            },
            ("rows", rows),
            ("attention", attention),
            ("wide", wide),
            ("layer", layer),
            ("head", head));
    }

    /// <summary>Reads an image row by row, each beside what a table has for the row's place, and with a shift of its own.</summary>
    public static FunctionNetwork Recurrent()
    {
        _ = manual_seed(5);
        var (table, rows, cell, head) = (Embedding(8, 4), GRU(28, 8, batchFirst: true), LSTMCell(8, 6), Linear(6, 4));
        FunctionNetwork? network = null;
        return network = new FunctionNetwork(
            x =>
            {
                var places = table.call(arange(8, dtype: ScalarType.Int64, device: x.device).expand(x.shape[0], 8));
                var (all, _) = rows.call(cat([x.transpose(1, 2).flatten(2), places], 2) + network!.get_parameter("shift")!);
                return head.call(cell.call(all[TensorIndex.Colon, -1], (zeros(x.shape[0], 6), zeros(x.shape[0], 6))).Item1);
            },
            ("table", table),
            ("rows", rows),
            ("cell", cell),
            ("head", head)).With("shift", new TorchSharp.Modules.Parameter(randn(8, 28) * 0.1));
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
        for (var sitting = 0; ; sitting++)
        {
            Assert.InRange(sitting, 0, 100);
            using var stop = new Stop(random.Next(1, 14), withoutNotice);
            try
            {
                var (bytes, record) = Run(model, null, _folder.Root, interval, onStep: stop.Step, cancellation: stop.Token);
                Assert.InRange(sitting, 3, 100);
                Assert.Empty(Warnings);
                return [.. bytes, Comparable(record)];
            }
            catch (Exception exception) when (exception is OperationCanceledException or CrashException)
            {
                // The next one goes on.
            }
        }
    }

    public string[] UntilDoneByReports(string model)
    {
        string[]? bytes;
        while ((bytes = Sitting(model, stopAtReport: true)) is null)
        {
        }

        return bytes;
    }

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
