using System.Diagnostics;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Engine;
using Digits;
using FashionMnist;
using static TorchSharp.torch;

namespace AbsBuildTasks.Benchmarks;

/// <summary>What a second search costs beside the first, where it begins with what stages of the first came to: processor time of this process.</summary>
internal static class SecondSearches
{
    private const string Fashion = "/usr/share/datasets/fashion-mnist";

    /// <summary>Measures.</summary>
    /// <param name="only">Which networks; all where there are none.</param>
    public static void Measure(IReadOnlySet<string> only)
    {
        var digits = new ModelContext(Repository.PathOf("samples/Digits"), [Repository.PathOf("samples/Digits/data/digits.csv.gz")]);
        var fashion = new ModelContext(Fashion, Directory.Exists(Fashion) ? Directory.GetFiles(Fashion, "*.gz") : []);
        var sets = new (string Name, IAbsModel Model, ModelContext Context, SearchSettings Settings, string Budget)[]
        {
            ("digits", new DigitsModel(), digits, new() { Budget = Budget.Parse("bops=3%"), BatchSize = 32, TrainEpochs = 12, SearchEpochs = 12, FineTuneEpochs = 12 }, "bops=2%"),
            ("lenet5", new LeNet5Model(), fashion, new() { Budget = Budget.Parse("bops=0.61%"), KeepFirstAndLast = false, BatchSize = 128, TrainEpochs = 3, SearchEpochs = 4, FineTuneEpochs = 3, GateLearningRate = 0.001 }, "bops=1%"),
        };
        Console.WriteLine($"{"",-10}{"search",-28}{"processor s",12}{"of it alone",14}{"bytes as alone",16}");
        foreach (var (name, model, context, settings, budget) in sets.Where(set => only.Count == 0 || only.Contains(set.Name)))
        {
            var folder = Folder();
            var first = Run(model, context, settings, folder);
            Print(name, "the first", first.Seconds, first.Seconds, isSame: null);
            var further = new (string Title, SearchSettings Settings)[]
            {
                ("another FineTuneEpochs", settings with { FineTuneEpochs = settings.FineTuneEpochs + 1 }),
                ("another budget", settings with { Budget = Budget.Parse(budget) }),
            };
            foreach (var (title, changed) in further)
            {
                var alone = Run(model, context, changed, Folder());
                var second = Run(model, context, changed, Copy(folder));
                Print(name, title, second.Seconds, alone.Seconds, second.Plan == alone.Plan);
            }
        }
    }

    private static void Print(string name, string title, double seconds, double whole, bool? isSame) =>
        Console.WriteLine(FormattableString.Invariant($"{name,-10}{title,-28}{seconds,12:0.0}{seconds / whole,14:0%}{(isSame is null ? "" : isSame.Value ? "yes" : "no"),16}"));

    // A stage's file takes the place of the one before.
    private static string Copy(string folder)
    {
        var copy = Folder();
        foreach (var file in Directory.GetFiles(folder))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return copy;
    }

    private static string Folder() => Directory.CreateTempSubdirectory("abs-stages-").FullName;

    private static (double Seconds, string Plan) Run(IAbsModel model, ModelContext context, SearchSettings settings, string folder)
    {
        var job = new SearchJob
        {
            Model = "any",
            Fingerprint = new string('0', 64),
            Settings = settings,
            Context = context,
            Device = CPU,
            StageDirectory = folder,
            StageKeys = StageKeys.Of(new FingerprintBuilder().AddSettings(settings).Build(), settings, isHeld: false),
        };
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        using var result = SearchEngine.Run(model, job, _ => { }, CancellationToken.None);
        process.Refresh();
        return ((process.TotalProcessorTime - before).TotalSeconds, PlanJson.Write(result.Plan));
    }
}
