using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Cli.Building;

/// <summary>Prints a build's output: errors and warnings each once, plainly in a terminal, other lines as they are.</summary>
/// <param name="host">Receives the lines.</param>
/// <param name="isQuiet">Whether to leave the other lines out.</param>
internal sealed class BuildPrinter(CommandHost host, bool isQuiet)
{
    private readonly HashSet<BuildMessage> _seen = [];

    /// <summary>Prints a line.</summary>
    public void Print(string line)
    {
        if (BuildMessage.TryRead(line) is { } message)
        {
            if (_seen.Add(message))
            {
                // Build servers know MSBuild's own form, and show the error beside the code.
                host.Error.WriteLine(Safe(host.IsTerminal ? message.ToString() : line.Trim()));
            }
        }
        else if (!isQuiet)
        {
            host.Output.WriteLine(Safe(line));
        }
    }

    // A model's own code may print anything; a terminal would obey it.
    private string Safe(string line)
    {
        var shown = AddressText.WithoutUser(line);
        return host.IsTerminal ? string.Join('\t', shown.Split('\t').Select(Printable.Visible)) : shown;
    }
}
