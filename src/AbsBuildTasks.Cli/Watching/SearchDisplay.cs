using AbsBuildTasks.Plans.Protocol;
using Spectre.Console;
using Spectre.Console.Rendering;
using static System.FormattableString;

namespace AbsBuildTasks.Cli.Watching;

/// <summary>Draws the searches of a build, two lines each.</summary>
internal sealed class SearchDisplay
{
    private const int PhaseWidth = 15;
    private const int BarWidth = 20;

    private readonly List<SearchState> _searches = [];

    /// <summary>Takes in an event.</summary>
    /// <param name="buildEvent">The event.</param>
    /// <param name="now">When, since the build's start.</param>
    public void Apply(BuildEvent buildEvent, TimeSpan now)
    {
        var index = _searches.FindIndex(known => known.Label == buildEvent.Model);
        if (index < 0)
        {
            index = _searches.Count;
            _searches.Add(new SearchState { Label = buildEvent.Model });
        }
        else if (buildEvent is SearchStarted)
        {
            // Each point of a sweep is a search of its own.
            _searches[index] = new SearchState { Label = buildEvent.Model };
        }

        _searches[index].Apply(buildEvent, now);
    }

    /// <summary>What there is to see.</summary>
    /// <param name="now">The time since the build's start.</param>
    public IRenderable Render(TimeSpan now)
    {
        if (_searches.Count == 0)
        {
            return new Text(Invariant($"building, {now:mm\\:ss}"));
        }

        // Texts, not markup: no name can be read as a colour.
        var width = _searches.Max(search => SearchWords.Name(search).Length);
        return new Rows(_searches.SelectMany(search => Lines(search, now, width)).Select(line => new Text(line) { Overflow = Overflow.Ellipsis }));
    }

    // Two lines, so that they fit a terminal of 80 columns.
    private static IEnumerable<string> Lines(SearchState search, TimeSpan now, int width)
    {
        yield return SearchWords.Join(SearchWords.Name(search).PadRight(width), SearchWords.Phase(search).PadRight(PhaseWidth), Bar(search), SearchWords.Left(search, now));
        yield return SearchWords.Join(new string(' ', width), SearchWords.Numbers(search), SearchWords.Step(search), SearchWords.Elapsed(search, now));
    }

    private static string Bar(SearchState search)
    {
        if (search.Epochs == 0)
        {
            return "";
        }

        var filled = search.End is DoneEvent ? BarWidth : (int)(BarWidth * Math.Min(1, (search.Done + (search.Step is { } step ? (double)step.Step / step.Steps : 0)) / search.Epochs));
        return $"[{new string('#', filled)}{new string('.', BarWidth - filled)}]";
    }
}
