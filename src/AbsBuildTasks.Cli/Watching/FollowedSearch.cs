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
    public SearchState State { get; } = new() { Label = search.Model };

    /// <summary>Reads the events since the last call. Where the search's folder is gone, without an event of its end, it is told as <see cref="SearchGone"/>.</summary>
    /// <param name="now">The time on the caller's clock, which may have started long after the search.</param>
    /// <param name="told">Told of each, when it has become part of the state, with its time on that clock.</param>
    public void Read(TimeSpan now, Action<BuildEvent, TimeSpan> told)
    {
        // In this order: the last events before the folder goes are read, or there is nothing left to read.
        var isGone = !Directory.Exists(search.Folder);
        var read = _events.Read();
        if (read.OfType<SearchStarted>().Any())
        {
            // It began anew, in a file of its own.
            _start = null;
        }

        // The last event came when the file was written last.
        if (_start is null && read.OfType<SearchReported>().LastOrDefault()?.Seconds is { } seconds)
        {
            _start = now - Age() - TimeSpan.FromSeconds(seconds);
        }

        foreach (var found in read)
        {
            var at = found is SearchReported { Seconds: { } after } && _start is { } start ? start + TimeSpan.FromSeconds(after) : now;
            State.Apply(found, at);
            told(found, at);
        }

        if (isGone && !State.HasEnded)
        {
            var gone = new SearchGone(search.Model);
            State.Apply(gone, now);
            told(gone, now);
        }
    }

    private TimeSpan Age()
    {
        var age = DateTime.UtcNow - File.GetLastWriteTimeUtc(FollowedEvents.PathIn(search.Folder));
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }
}
