using System.CommandLine;
using AbsBuildTasks.Cli.Git;
using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.Cli.Commands;

/// <summary><c>abs setup git</c>.</summary>
internal static class SetupCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        var command = new ExampleCommand("setup", "Set up other tools for plans.", "abs setup git");
        var git = new ExampleCommand("git", "Let git show snapshots as text, and ask for a new search where two sides changed one.", "abs setup git", "abs setup git src/Digits");
        var folder = new Argument<string>("FOLDER") { Description = "A folder of the repository. Default: the current folder.", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => "." };
        git.Add(folder);
        git.SetAction(parsed => Failures.Guard(host, ExitCodes.Failed, () =>
        {
            // A local tool is no program of its own.
            var program = ProgramFile.Find("abs", host.Variable("PATH")) is null ? "dotnet abs" : "abs";
            foreach (var line in GitSetup.Run(parsed.GetRequiredValue(folder), program))
            {
                host.Output.WriteLine(line);
            }

            return ExitCodes.Ok;
        }));
        command.Add(git);
        return command;
    }
}
