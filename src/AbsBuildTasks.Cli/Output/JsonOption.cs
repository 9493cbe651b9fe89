using System.CommandLine;
using AbsBuildTasks.Plans.Json;
using Newtonsoft.Json;

namespace AbsBuildTasks.Cli.Output;

/// <summary>The option that asks for an answer in JSON instead of text.</summary>
internal sealed class JsonOption
{
    private readonly Option<string> _format = new("--format", "-f")
    {
        Description = "The form of the answer.",
        DefaultValueFactory = _ => OutputFormat.Text,
    };

    /// <summary>Adds the option to a command.</summary>
    public JsonOption(Command command)
    {
        _format.AcceptOnlyFromAmong(OutputFormat.Text, OutputFormat.Json);
        command.Add(_format);
    }

    /// <summary>Writes an answer in the form that was asked for.</summary>
    /// <param name="host">What the command runs in.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="lines">The answer for people.</param>
    /// <param name="json">The answer for programs, an object that is written as it is.</param>
    public void Write(CommandHost host, ParseResult parsed, IEnumerable<string> lines, object json)
    {
        IEnumerable<string> answer = parsed.GetValue(_format) == OutputFormat.Json
            ? [ShownJson.Of(JsonConvert.SerializeObject(json, Formatting.Indented).ReplaceLineEndings("\n"))]
            : lines;
        foreach (var line in answer)
        {
            host.Output.WriteLine(line);
        }
    }
}
