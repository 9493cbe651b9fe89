using System.CommandLine;
using AbsBuildTasks.Cli.Building;
using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Cli.Watching;

namespace AbsBuildTasks.Cli.Commands;

/// <summary><c>abs search|verify [PROJECT]</c>: a build with a target of its own.</summary>
internal static class BuildCommand
{
    // The live display needs the terminal to itself, and a summary would repeat every error.
    private static readonly string[] Switches = ["-nologo", "-tl:off", "-v:minimal", "-clp:NoSummary"];

    /// <summary>Makes a command.</summary>
    /// <param name="host">What the command runs in.</param>
    /// <param name="name">Its name.</param>
    /// <param name="target">The target it builds.</param>
    /// <param name="description">What it does.</param>
    /// <param name="examples">Whole command lines.</param>
    public static Command Create(CommandHost host, string name, string target, string description, params IReadOnlyList<string> examples)
    {
        var command = new ExampleCommand(name, description, examples);
        var arguments = new BuildArguments(command);
        command.SetAction(parsed => Failures.Guard(host, ExitCodes.Failed, () =>
        {
            var (project, more) = arguments.Read(parsed);
            return Run(host, target, project, more);
        }));
        return command;
    }

    /// <summary>Builds a target.</summary>
    /// <param name="host">What the command runs in.</param>
    /// <param name="target">The target.</param>
    /// <param name="project">The project.</param>
    /// <param name="more">Further arguments for the build.</param>
    /// <param name="isQuiet">Whether to print errors and warnings only.</param>
    /// <returns>The build's own exit code.</returns>
    public static int Run(CommandHost host, string target, string project, IReadOnlyList<string> more, bool isQuiet = false)
    {
        // dotnet would take "-x" for an option, and "@x" for a file of arguments.
        var path = project is ['-' or '@', ..] ? Path.Combine(".", project) : project;
        string[] arguments = [path, $"-t:{target}", .. Switches, .. more];
        var build = DotNetBuild.Of(host.Variable);
        var printer = new BuildPrinter(host, isQuiet);
        return host.IsRich && !isQuiet
            ? new LiveBuild(RichOutput.CreateConsole(host.Output), build).Run(arguments, printer)
            : build.Run(arguments, printer.Print);
    }
}
