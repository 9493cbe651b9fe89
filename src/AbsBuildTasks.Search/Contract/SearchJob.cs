using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Settings;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Contract;

/// <summary>One search to run.</summary>
internal sealed record SearchJob
{
    /// <summary>The model's name, as it reads in the plan.</summary>
    public required string Model { get; init; }

    /// <summary>The fingerprint to record in the plan.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>How to search.</summary>
    public required SearchSettings Settings { get; init; }

    /// <summary>Resolves the model's data files.</summary>
    public required ModelContext Context { get; init; }

    /// <summary>Where training runs.</summary>
    public required Device Device { get; init; }

    /// <summary>Full path of the starting weights, or null to train from scratch.</summary>
    public string? StartingWeights { get; init; }

    /// <summary>Delivered weights that the network has at the start of training, or null.</summary>
    public WarmStart? WarmStart { get; init; }

    /// <summary>A plan of this fingerprint whose decisions are taken: then nothing is searched. Null to search.</summary>
    public CompressionPlan? HeldPlan { get; init; }

    /// <summary>How long layers take; null where latency is no cost.</summary>
    public LatencyTable? Latency { get; init; }

    /// <summary>Finds products of activations, which only a recorded run shows, by real examples, each input <c>[N, …]</c>; finds none by default.</summary>
    public Func<IReadOnlyList<Tensor>, IReadOnlyList<RestPlan>> FindProducts { get; init; } = _ => [];

    /// <summary>Told what the user should know but need not mend: a code and one line.</summary>
    public Action<string, string> Warn { get; init; } = (_, _) => { };

    /// <summary>
    /// Told the most bit-operations of the whole network, relative to full precision, where the budget's share is kept by the
    /// layers alone and so is another.
    /// </summary>
    public Action<double> TellLimit { get; init; } = _ => { };

    /// <summary>Told how far an epoch is, where nothing has been told for some time.</summary>
    public Action<StepEvent> TellStep { get; init; } = _ => { };

    /// <summary>That time. Default: two seconds.</summary>
    public TimeSpan StepInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Told what is worth saying: one line.</summary>
    public Action<string> Tell { get; init; } = _ => { };

    /// <summary>
    /// Full path of a folder of this search alone, for its state: a run that is stopped goes on from there in the next.
    /// Null to keep nothing.
    /// </summary>
    public string? CheckpointDirectory { get; init; }

    /// <summary>
    /// Full path of a folder for what stages come to: further searches of the same <see cref="StageKeys"/> begin with that.
    /// Null to keep nothing.
    /// </summary>
    public string? StageDirectory { get; init; }

    /// <summary>Hashes of all that the stages depend on. Null to keep nothing.</summary>
    public StageKeys? StageKeys { get; init; }

    /// <summary>The first stage that runs in this search even where an earlier one has kept what it comes to, as all after it do; null for none.</summary>
    public SearchStage? Afresh { get; init; }

    /// <summary>After which time of a search, earlier runs of it included, its training ends; null for none.</summary>
    public TimeSpan? StopAfter { get; init; }

    /// <summary>How often at most a search looks whether somebody asks it to end. Default: 5 times a second.</summary>
    public TimeSpan LookInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How much training at most a stopped process loses, where keeping state costs little. Default: 30 seconds.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Which share of the time keeping state may take; where it would take more, it happens less often. Default: 2 %.</summary>
    public double CheckpointShare { get; init; } = 0.02;
}
