using AbsBuildTasks.Plans.Reports.Layout;
using Spectre.Console;

namespace AbsBuildTasks.Cli.Output;

/// <summary>Writes to a terminal in colours.</summary>
internal static class RichOutput
{
    private const int LeastWidth = 40;
    private const int LeastHeight = 8;

    /// <summary>A console on a writer that is known to be a terminal.</summary>
    public static IAnsiConsole CreateConsole(TextWriter output)
    {
        var console = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = Ansi(output),
            ColorSystem = ColorSystemSupport.Standard,
            Interactive = InteractionSupport.Yes,
            Enrichment = new() { UseDefaultEnrichers = false },
            EnvironmentVariables = new Dictionary<string, string>(),
        });

        // Some terminals do not tell their size, and a live display of one line or none fails.
        console.Profile.Width = Math.Max(console.Profile.Width, LeastWidth);
        console.Profile.Height = Math.Max(console.Profile.Height, LeastHeight);
        return console;
    }

    /// <summary>Writes a report.</summary>
    /// <param name="output">The terminal.</param>
    /// <param name="report">What to write.</param>
    /// <param name="width">The terminal's width, in characters.</param>
    public static void Write(TextWriter output, Report report, int width)
    {
        // Without a console's layout, which a short command would spend a third of its time on. Pieces are no markup, so
        // that no name can be read as a colour; words that are longer than a line are the terminal's to break.
        using var text = new StringWriter();
        var writer = new AnsiWriter(text, AnsiCapabilities.Create(output, new() { Ansi = Ansi(output), ColorSystem = ColorSystemSupport.Standard }));
        foreach (var line in ReportLines.Of(report, width))
        {
            foreach (var span in line)
            {
                writer.Write(span.Text, Style(span.Tone));
            }

            writer.WriteLine();
        }

        output.Write(text);
    }

    // An older console of Windows must be switched first, which detection does.
    private static AnsiSupport Ansi(TextWriter output) =>
        OperatingSystem.IsWindows() && output == Console.Out ? AnsiSupport.Detect : AnsiSupport.Yes;

    private static Style Style(CellTone tone) => tone switch
    {
        CellTone.Strong => new(decoration: Decoration.Bold),
        CellTone.Quiet => new(decoration: Decoration.Dim),
        CellTone.Better => new(Color.Green),
        CellTone.Worse => new(Color.Red),
        _ => Spectre.Console.Style.Plain,
    };
}
