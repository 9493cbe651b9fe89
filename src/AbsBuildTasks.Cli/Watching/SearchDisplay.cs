using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Text;
using Spectre.Console;
using Spectre.Console.Rendering;
using static System.FormattableString;

namespace AbsBuildTasks.Cli.Watching;

/// <summary>Draws the searches of a build, two lines each.</summary>
internal sealed class SearchDisplay
{
    private const int NameWidth = 30;
    private const int PhaseWidth = 15;
    private const int BarWidth = 20;

    private readonly List<SearchState> _searches = [];

    /// <summary>Takes in an event.</summary>
    /// <param name="buildEvent">The event.</param>
    /// <param name="now">When, since the build's start.</param>
    public void Apply(BuildEvent buildEvent, TimeSpan now)
    {
        var index = _searches.FindIndex(known => known.Model == buildEvent.Model);
        if (index < 0)
        {
            index = _searches.Count;
            _searches.Add(new SearchState { Model = buildEvent.Model });
        }
        else if (buildEvent is SearchStarted)
        {
            // Each point of a sweep is a search of its own.
            _searches[index] = new SearchState { Model = buildEvent.Model };
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
        var width = _searches.Max(search => Name(search).Length);
        return new Rows(_searches.SelectMany(search => Lines(search, now, width)).Select(line => new Text(line) { Overflow = Overflow.Ellipsis }));
    }

    private static string Name(SearchState search) => Printable.Shorten(search.Model, NameWidth);

    // Two lines, so that they fit a terminal of 80 columns.
    private static IEnumerable<string> Lines(SearchState search, TimeSpan now, int width)
    {
        yield return Join(Name(search).PadRight(width), Phase(search).PadRight(PhaseWidth), Bar(search), search.TimeLeft(now) is { } left ? $"about {Time(left)} left" : "");
        var numbers = Join(
            search.Progress?.Loss is { } loss ? Invariant($"loss {Quantity.Number(loss, 4)}") : "",
            search.Metric is { } metric ? Invariant($"{Printable.Shorten(search.Progress?.MetricName ?? "metric", NameWidth)} {Quantity.Metric(metric, 0)}") : "",
            Bops(search));
        yield return Join(new string(' ', width), numbers);
    }

    private static string Join(params IEnumerable<string> parts) => string.Join("  ", parts.Where(part => part.Length > 0));

    private static string Phase(SearchState search) => search switch
    {
        { End: ErrorEvent error } => $"failed {Printable.Shorten(error.Code, 10)}",
        { End: not null } => "done",
        { Progress: { } progress } => Invariant($"{Printable.Shorten(progress.Phase, 20)} {progress.Epoch}/{progress.Epochs}"),
        _ => "starting",
    };

    private static string Bar(SearchState search)
    {
        if (search.Epochs == 0)
        {
            return "";
        }

        var filled = search.End is DoneEvent ? BarWidth : BarWidth * search.Done / search.Epochs;
        return $"[{new string('#', filled)}{new string('.', BarWidth - filled)}]";
    }

    private static string Bops(SearchState search)
    {
        var budget = search.Budget is { } most ? Invariant($"{100 * most:0.##}%") : null;
        return search.Progress?.RelativeBops is { } bops
            ? Invariant($"BOPs {100 * bops:0.0#}%") + (budget is null ? "" : $" of {budget}")
            : budget is null ? "" : $"budget {budget}";
    }

    private static string Time(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } => Invariant($"{(int)time.TotalHours} h {time.Minutes} min"),
        { TotalMinutes: >= 1 } => Invariant($"{time.Minutes} min {time.Seconds} s"),
        _ => Invariant($"{time.Seconds} s"),
    };
}
