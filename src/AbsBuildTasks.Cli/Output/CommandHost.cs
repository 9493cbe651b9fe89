using System.Globalization;

namespace AbsBuildTasks.Cli.Output;

/// <summary>What commands run in: streams, environment and folder.</summary>
internal sealed class CommandHost
{
    private const int LeastWidth = 40;
    private const int UsualWidth = 80;

    /// <summary>Receives what a command is asked for.</summary>
    public TextWriter Output { get; init; } = Console.Out;

    /// <summary>Receives errors and asides.</summary>
    public TextWriter Error { get; init; } = Console.Error;

    /// <summary>Answers questions.</summary>
    public TextReader Input { get; init; } = Console.In;

    /// <summary>Ends a command that runs until somebody ends it; Ctrl+C ends the whole process.</summary>
    public CancellationToken End { get; init; }

    /// <summary>The value of an environment variable, or null.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Whether somebody watches the output.</summary>
    public bool IsTerminal { get; init; } = !Console.IsOutputRedirected;

    /// <summary>The width of lines, in characters: that of the terminal, and any where nobody watches.</summary>
    public int Width => !IsTerminal ? int.MaxValue : int.TryParse(Variable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var columns) && columns >= LeastWidth ? columns : WindowWidth();

    /// <summary>Whether the output may be coloured and redrawn: a terminal that can, and nobody who asks for plain text (https://no-color.org).</summary>
    public bool IsRich => IsTerminal && string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") != "dumb";

    // Some terminals do not tell it.
    private static int WindowWidth()
    {
        try
        {
            return Console.WindowWidth is >= LeastWidth and var width ? width : UsualWidth;
        }
        catch (IOException)
        {
            return UsualWidth;
        }
    }
}
