using System.Collections.Concurrent;
using System.Diagnostics;
using AbsBuildTasks.Cli.Building;
using Spectre.Console;

namespace AbsBuildTasks.Cli.Watching;

/// <summary>Runs a build whose searches are drawn while they run; what it printed follows at the end.</summary>
/// <param name="console">The terminal.</param>
/// <param name="build">The build.</param>
internal sealed class LiveBuild(IAnsiConsole console, DotNetBuild build)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs the build to its end.</summary>
    /// <param name="arguments">What follows <c>dotnet build</c>.</param>
    /// <param name="printer">Receives what it printed, without the lines that the display showed.</param>
    /// <returns>Its exit code.</returns>
    public int Run(IReadOnlyList<string> arguments, BuildPrinter printer)
    {
        var folder = Directory.CreateTempSubdirectory("abs-events-");
        try
        {
            var file = Path.Combine(folder.FullName, "events.jsonl");
            var lines = new ConcurrentQueue<string>();

            // Not AbsEventsFile, which a project or its user may have set for another program.
            var running = Task.Run(() => build.Run([.. arguments, $"-p:_AbsDisplayEventsFile={file}"], lines.Enqueue));
            Draw(running, new EventsReader(file));
            foreach (var line in lines.Where(line => !IsProgress(line)))
            {
                printer.Print(line);
            }

            return running.GetAwaiter().GetResult();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // abs: digits: search 3/10  loss 0.21
    private static bool IsProgress(string line) =>
        line.TrimStart().StartsWith("abs: ", StringComparison.Ordinal)
        && line.Split(": ") is [_, _, var rest, ..]
        && rest.Split(' ') is [_, var count, ..]
        && count.Split('/') is [var done, var all]
        && done.All(char.IsAsciiDigit) && all.All(char.IsAsciiDigit);

    private void Draw(Task<int> running, EventsReader events)
    {
        var display = new SearchDisplay();
        var clock = Stopwatch.StartNew();
        console.Live(display.Render(clock.Elapsed)).AutoClear(true).Start(context =>
        {
            bool hasEnded;
            do
            {
                // What came between the last look and the end is seen, too.
                hasEnded = Task.WaitAny([running], Pause) == 0;
                foreach (var read in events.Read())
                {
                    display.Apply(read, clock.Elapsed);
                }

                context.UpdateTarget(display.Render(clock.Elapsed));
            }
            while (!hasEnded);
        });
    }
}
