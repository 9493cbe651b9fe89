namespace AbsBuildTasks.Plans.Fingerprints;

/// <summary>A part of a search whose result further searches begin with, where all that it depends on is the same.</summary>
internal sealed class SearchStage
{
    private SearchStage(string title, string ending) => (Title, Ending) = (title, ending);

    /// <summary>The network that was trained in full precision.</summary>
    public static SearchStage Training { get; } = new("full-precision training", ".training");

    /// <summary>How it does where it trains on, which plans are compared with.</summary>
    public static SearchStage Baseline { get; } = new("baseline", ".baseline");

    /// <summary>The searched network under the last decisions, before fine-tuning.</summary>
    public static SearchStage Search { get; } = new("searched network", ".searched");

    /// <summary>All of them, in the order in which they run.</summary>
    public static IReadOnlyList<SearchStage> All { get; } = [Training, Baseline, Search];

    /// <summary>What it is called in messages and in caches.</summary>
    public string Title { get; }

    /// <summary>How its files end.</summary>
    public string Ending { get; }

    /// <summary>The name of its file.</summary>
    /// <param name="key">The hash of all that it depends on.</param>
    public string FileOf(string key) => key + Ending;
}
