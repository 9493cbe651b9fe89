using AbsBuildTasks.Cli.Commands;
using AbsBuildTasks.Cli.Output;

namespace AbsBuildTasks.Cli.Tests.Infrastructure;

/// <summary>How a command ended.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    /// <summary>Runs a command as in a pipe.</summary>
    public static CommandRun Of(params string[] arguments) => Of([], isTerminal: false, arguments);

    /// <summary>Runs a command as in a pipe, and answers what it asks.</summary>
    public static CommandRun Answering(string answers, params string[] arguments)
    {
        using var input = new StringReader(answers);
        return Of([], isTerminal: false, input, arguments);
    }

    /// <summary>Runs a command with environment variables of its own.</summary>
    public static CommandRun Of(Dictionary<string, string> variables, bool isTerminal, params string[] arguments) => Of(variables, isTerminal, TextReader.Null, arguments);

    /// <summary>Runs a command with environment variables of its own, and answers what it asks.</summary>
    public static CommandRun Of(Dictionary<string, string> variables, bool isTerminal, TextReader answers, string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var host = new CommandHost { Output = output, Error = error, Input = answers, Variable = name => variables.GetValueOrDefault(name), IsTerminal = isTerminal };
        return new(AbsCommandLine.Run(arguments, host), output.ToString(), error.ToString());
    }
}
