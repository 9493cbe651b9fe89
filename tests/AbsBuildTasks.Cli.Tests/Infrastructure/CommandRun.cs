using AbsBuildTasks.Cli.Commands;
using AbsBuildTasks.Cli.Output;

namespace AbsBuildTasks.Cli.Tests.Infrastructure;

/// <summary>How a command ended.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    /// <summary>Runs a command as in a pipe.</summary>
    public static CommandRun Of(params string[] arguments) => Of([], isTerminal: false, arguments);

    /// <summary>Runs a command with environment variables of its own.</summary>
    public static CommandRun Of(Dictionary<string, string> variables, bool isTerminal, params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var host = new CommandHost { Output = output, Error = error, Variable = name => variables.GetValueOrDefault(name), IsTerminal = isTerminal };
        return new(AbsCommandLine.Run(arguments, host), output.ToString(), error.ToString());
    }
}
