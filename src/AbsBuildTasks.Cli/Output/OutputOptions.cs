using System.CommandLine;
using System.Text;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Reports.Layout;

namespace AbsBuildTasks.Cli.Output;

/// <summary>The options that say in which form a command answers, and where to.</summary>
internal sealed class OutputOptions
{
    private readonly Option<string> _format = new("--format", "-f")
    {
        Description = "The form of the answer.",
        DefaultValueFactory = _ => OutputFormat.Text,
    };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "A file that receives the answer, instead of the terminal.",
        HelpName = "FILE",
    };

    /// <summary>Adds the options to a command.</summary>
    public OutputOptions(Command command)
    {
        _format.AcceptOnlyFromAmong(OutputFormat.Text, OutputFormat.Markdown, OutputFormat.Html, OutputFormat.Json);
        command.Add(_format);
        command.Add(_output);
    }

    /// <summary>Writes an answer in the form that was asked for; the others are not made.</summary>
    /// <param name="host">What the command runs in.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="report">The answer for people.</param>
    /// <param name="page">The answer as a page.</param>
    /// <param name="json">The answer for programs.</param>
    /// <exception cref="AbsException">The answer cannot be put into that form.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(CommandHost host, ParseResult parsed, Func<Report> report, Func<string> page, Func<string> json)
    {
        var format = parsed.GetValue(_format);
        var file = parsed.GetValue(_output);
        if (format == OutputFormat.Text && file is null && host.IsRich)
        {
            RichOutput.Write(host.Output, report(), host.Width);
            return;
        }

        var text = format switch
        {
            // A file keeps the one spelling that a plan has.
            OutputFormat.Json => (file is null ? ShownJson.Of(json()) : json()) + "\n",
            OutputFormat.Markdown => ReportMarkdown.Write(report()),
            OutputFormat.Html => page(),
            _ => ReportText.Write(report(), file is null ? host.Width : int.MaxValue) + "\n",
        };
        if (file is null)
        {
            host.Output.Write(text);
        }
        else
        {
            AtomicFile.Write(file, Encoding.UTF8.GetBytes(text));
        }
    }
}
