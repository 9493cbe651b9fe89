using System.CommandLine;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports.Ci;

namespace AbsBuildTasks.Cli.Output;

/// <summary>The option that also puts an answer where the build server shows it.</summary>
internal sealed class CiOption
{
    /// <summary>The option.</summary>
    public Option<bool> Option { get; } = new("--ci")
    {
        Description = "Also put the answer into the summary of the run: on GitHub Actions, Azure Pipelines and GitLab.",
    };

    /// <summary>Publishes an answer where that was asked for.</summary>
    /// <param name="host">What the command runs in.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="name">What the answer is, as a file name.</param>
    /// <param name="markdown">The answer.</param>
    public void Publish(CommandHost host, ParseResult parsed, string name, Func<string> markdown)
    {
        var summary = new CiSummary(host.Variable, "Leave --ci out to do without.");
        if (!parsed.GetValue(Option) || !summary.IsShown)
        {
            return;
        }

        try
        {
            // Azure's agent reads the file when the step has ended.
            var folder = host.Variable("AGENT_TEMPDIRECTORY") is { Length: > 0 } agent ? agent : Path.GetTempPath();
            if (summary.Publish($"abs-{name}", markdown(), folder) is { } command)
            {
                host.Output.WriteLine(command);
            }
        }
        catch (AbsException exception)
        {
            Failures.Warn(host, exception.Code, exception.Message);
        }
    }
}
