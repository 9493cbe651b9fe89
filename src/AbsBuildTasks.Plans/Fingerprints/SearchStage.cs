using AbsBuildTasks.Plans.Runs;

namespace AbsBuildTasks.Plans.Fingerprints;

/// <summary>A part of a search whose result further searches begin with, where all that it depends on is the same.</summary>
internal sealed class SearchStage
{
    private static readonly string[] Phases = [.. RunPhase.All];

    private readonly string _lastPhase;

    private SearchStage(string title, string ending, string lastPhase) => (Title, Ending, _lastPhase) = (title, ending, lastPhase);

    /// <summary>The network that was trained in full precision.</summary>
    public static SearchStage Training { get; } = new("full-precision training", ".training", RunPhase.Train);

    /// <summary>How it does where it trains on, which plans are compared with.</summary>
    public static SearchStage Baseline { get; } = new("baseline", ".baseline", RunPhase.Baseline);

    /// <summary>The searched network under the last decisions, before fine-tuning.</summary>
    public static SearchStage Search { get; } = new("searched network", ".searched", RunPhase.Freeze);

    /// <summary>All of them, in the order in which they run.</summary>
    public static IReadOnlyList<SearchStage> All { get; } = [Training, Baseline, Search];

    /// <summary>The stage of a title; null where there is none.</summary>
    public static SearchStage? Of(string? title) => All.FirstOrDefault(stage => stage.Title == title);

    /// <summary>What it is called in messages and in caches.</summary>
    public string Title { get; }

    /// <summary>How its files end.</summary>
    public string Ending { get; }

    /// <summary>Whether the stage is over in a phase of a search; not where that is null, or none of a search's.</summary>
    public bool IsBefore(string? phase) => Array.IndexOf(Phases, phase) > Array.IndexOf(Phases, _lastPhase);

    /// <summary>Whether the stage is that one, or runs after it; not where that is null.</summary>
    public bool IsFrom(SearchStage? first) => first is not null && Array.IndexOf(Phases, _lastPhase) >= Array.IndexOf(Phases, first._lastPhase);

    /// <summary>The name of its file.</summary>
    /// <param name="key">The hash of all that it depends on.</param>
    public string FileOf(string key) => key + Ending;
}
