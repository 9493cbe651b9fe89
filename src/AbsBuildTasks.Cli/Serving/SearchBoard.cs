using AbsBuildTasks.Cli.Watching;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Cli.Serving;

/// <summary>The searches that a page shows: one thread follows them, others ask for the page.</summary>
internal sealed class SearchBoard
{
    // A page is for the eye. Those that ended first go first.
    private const int Most = 20;

    private readonly Lock _gate = new();
    private readonly List<ShownSearch> _searches = [];

    /// <summary>Takes in an event.</summary>
    /// <param name="search">Of which search.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="buildEvent">The event.</param>
    /// <param name="at">When, on the clock of the page.</param>
    public void Apply(KnownSearch search, string name, BuildEvent buildEvent, TimeSpan at)
    {
        lock (_gate)
        {
            if (_searches.Find(known => known.Search == search && !(known.State.HasEnded && buildEvent is SearchStarted)) is not { } shown)
            {
                _ = _searches.RemoveAll(known => known.Search == search);
                _searches.Insert(0, shown = new(search));
                if (_searches.Count > Most)
                {
                    _searches.RemoveAt(_searches.FindLastIndex(known => known.State.HasEnded) is >= 0 and var ended ? ended : Most);
                }
            }

            shown.Name = name;
            shown.Apply(buildEvent, at);
        }
    }

    /// <summary>Makes something of the searches while no event comes.</summary>
    public T Read<T>(Func<IReadOnlyList<ShownSearch>, T> read)
    {
        lock (_gate)
        {
            return read(_searches);
        }
    }
}
