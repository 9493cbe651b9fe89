using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Cli.Watching;

/// <summary>Follows a search that another process runs, from its first event on.</summary>
/// <param name="search">The search.</param>
internal sealed class FollowedSearch(KnownSearch search)
{
    private readonly EventsReader _events = new(FollowedEvents.PathIn(search.Folder));
    private TimeSpan? _start;

    /// <summary>Which search it is.</summary>
    public KnownSearch Search => search;

    /// <summary>How far it is known to be.</summary>
    public SearchState State { get; } = new() { Model = search.Model };

    /// <summary>The events since the last call, each with its time on the caller's clock.</summary>
    /// <param name="now">The time on that clock, which may have started long after the search.</param>
    public IReadOnlyList<(BuildEvent Event, TimeSpan At)> Read(TimeSpan now)
    {
        var read = _events.Read();

        // The last event came when the file was written last.
        if (_start is null && read.OfType<SearchReported>().LastOrDefault()?.Seconds is { } seconds)
        {
            _start = now - Age() - TimeSpan.FromSeconds(seconds);
        }

        (BuildEvent Event, TimeSpan At)[] timed = [.. read.Select(found => (found, found is SearchReported { Seconds: { } at } && _start is { } start ? start + TimeSpan.FromSeconds(at) : now))];
        foreach (var (found, at) in timed)
        {
            State.Apply(found, at);
        }

        return timed;
    }

    private TimeSpan Age()
    {
        var age = DateTime.UtcNow - File.GetLastWriteTimeUtc(FollowedEvents.PathIn(search.Folder));
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }
}
