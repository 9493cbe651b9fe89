using AbsBuildTasks.Plans.Reports.Layout;
using Spectre.Console;

namespace AbsBuildTasks.Cli.Output;

/// <summary>Writes to a terminal in colours.</summary>
internal static class RichOutput
{
    /// <summary>A console on a writer that is known to be a terminal.</summary>
    public static IAnsiConsole Console(TextWriter output) => AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(output) });

    /// <summary>Writes a report.</summary>
    public static void Write(TextWriter output, Report report) => Write(Console(output), report);

    /// <summary>Writes a report.</summary>
    public static void Write(IAnsiConsole console, Report report)
    {
        foreach (var line in ReportLines.Of(report))
        {
            // Pieces, not markup: no name can be read as a colour. Long lines are the terminal's to break.
            console.WriteAnsi(writer =>
            {
                foreach (var span in line)
                {
                    writer.Write(span.Text, Style(span.Tone));
                }
            });
            console.WriteLine();
        }
    }

    private static Style Style(CellTone tone) => tone switch
    {
        CellTone.Strong => new(decoration: Decoration.Bold),
        CellTone.Quiet => new(decoration: Decoration.Dim),
        CellTone.Better => new(Color.Green),
        CellTone.Worse => new(Color.Red),
        _ => Spectre.Console.Style.Plain,
    };
}
