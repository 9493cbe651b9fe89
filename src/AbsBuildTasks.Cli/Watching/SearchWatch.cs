using System.Diagnostics;
using System.Globalization;
using AbsBuildTasks.Plans.Protocol;
using Spectre.Console;

namespace AbsBuildTasks.Cli.Watching;

/// <summary>Follows all searches of the projects in a folder until none runs any more.</summary>
/// <param name="folder">Projects are in it, at any depth.</param>
internal sealed class SearchWatch(string folder)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // Between two searches of one build, such as the points of a sweep, it compiles nothing, but it does write files.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // A tree may have very many folders. Less than the patience, so that a build's next search is found in time.
    private static readonly TimeSpan Rescan = TimeSpan.FromSeconds(3);

    private readonly List<FollowedSearch> _followed = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private IReadOnlyList<KnownSearch> _known = [];
    private TimeSpan? _lastScan;
    private TimeSpan _lastRunning;

    /// <summary>The time on the watch's clock.</summary>
    public TimeSpan Now => _clock.Elapsed;

    /// <summary>Looks which searches run.</summary>
    /// <param name="now">The time on the watch's clock.</param>
    /// <returns>Whether one does, or has just ended.</returns>
    public bool Look(TimeSpan now)
    {
        if (_lastScan is not { } last || now - last >= Rescan)
        {
            (_known, _lastScan) = (KnownSearch.In(folder), now);
        }

        foreach (var search in _known.Where(search => search.IsRunning || search.IsStarting))
        {
            _lastRunning = now;
            if (_followed.TrueForAll(known => known.Search != search || known.State.HasEnded))
            {
                _followed.RemoveAll(known => known.Search == search);
                _followed.Add(new(search));
            }
        }

        return _followed.Count > 0 && now - _lastRunning < Patience;
    }

    /// <summary>Draws them until they have ended.</summary>
    /// <param name="console">The terminal.</param>
    public void Draw(IAnsiConsole console)
    {
        var display = new SearchDisplay();
        console.Live(display.Render(TimeSpan.Zero)).Start(context => Follow(
            (search, found, at) => display.Apply(found with { Model = NameOf(search) }, at),
            () => context.UpdateTarget(display.Render(_clock.Elapsed))));
    }

    /// <summary>Prints a line for each epoch, with the time of day, until they have ended.</summary>
    /// <param name="output">Receives the lines.</param>
    public void Print(TextWriter output) => Follow(
        (search, found, at) =>
        {
            if (found is SearchGone or SearchReported { Event: ProgressEvent or DoneEvent or ErrorEvent })
            {
                var time = (DateTime.Now - (_clock.Elapsed - at)).ToString("HH:mm:ss", CultureInfo.InvariantCulture);
                output.WriteLine(SearchWords.Join(time, Plans.Text.Printable.Escape(NameOf(search)), SearchWords.Phase(search.State), SearchWords.Numbers(search.State), SearchWords.Left(search.State, at)));
            }
        },
        output.Flush);

    /// <summary>Tells of them, and of those that begin later, until somebody ends it.</summary>
    /// <param name="told">Told of each event with its search, what that is called, and its time on the watch's clock.</param>
    /// <param name="end">Ends it.</param>
    public void Feed(Action<KnownSearch, string, BuildEvent, TimeSpan> told, CancellationToken end) =>
        Follow((search, found, at) => told(search.Search, NameOf(search), found, at), () => { }, () => !end.IsCancellationRequested);

    private void Follow(Action<FollowedSearch, BuildEvent, TimeSpan> told, Action look, Func<bool>? waits = null)
    {
        bool goesOn;
        do
        {
            // What came between the last look and the end is read, too.
            goesOn = Look(_clock.Elapsed);
            goesOn = waits?.Invoke() ?? goesOn;
            foreach (var search in _followed.ToArray())
            {
                search.Read(_clock.Elapsed, (found, at) => told(search, found, at));
            }

            look();
            Thread.Sleep(goesOn ? Pause : TimeSpan.Zero);
        }
        while (goesOn);
    }

    // Two projects may each have a model of one name. Searches of one project have labels of their own where they run at once.
    private string NameOf(FollowedSearch search)
    {
        var project = ProjectOf(search.Search.Folder);
        return _followed.Exists(other => other.Search.Model == search.Search.Model && ProjectOf(other.Search.Folder) != project)
            ? $"{search.State.Label} ({Path.GetRelativePath(folder, project)})"
            : search.State.Label;
    }

    // …/obj/Debug/net10.0/abs/checkpoints/<model>/<search>
    private static string ProjectOf(string state)
    {
        for (var at = state; at is not null; at = Path.GetDirectoryName(at))
        {
            if (Path.GetFileName(at) == "obj")
            {
                return Path.GetDirectoryName(at)!;
            }
        }

        return state;
    }
}
