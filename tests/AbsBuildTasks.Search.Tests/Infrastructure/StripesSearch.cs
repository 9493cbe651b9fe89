using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Engine;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Infrastructure;

/// <summary>Searches that take a second.</summary>
internal static class StripesSearch
{
    /// <summary>Enough epochs for <see cref="StripesModel"/> to be learned, compressed and learned again.</summary>
    public static readonly SearchSettings Settings = new()
    {
        Budget = new Budget(0.03),
        KeepFirstAndLast = false,
        BatchSize = 32,
        TrainEpochs = 6,
        SearchEpochs = 5,
        FineTuneEpochs = 3,
        LearningRate = 0.01,
    };

    /// <summary>A search on the processor, without data files.</summary>
    public static SearchJob Job(SearchSettings settings, string model = "stripes") => new()
    {
        Model = model,
        Fingerprint = new string('0', 64),
        Settings = settings,
        Context = new ModelContext(Path.GetTempPath(), []),
        Device = CPU,
    };

    /// <summary>Runs a search on the processor, without data files.</summary>
    public static SearchResult Run(
        SearchSettings settings,
        IAbsModel? model = null,
        Action<SearchProgress>? report = null,
        string? checkpoint = null,
        CancellationToken cancellation = default) => SearchEngine.Run(
            model ?? new StripesModel(),
            Job(settings) with
            {
                StartingWeights = checkpoint,
            },
            report ?? (_ => { }),
            cancellation);
}
