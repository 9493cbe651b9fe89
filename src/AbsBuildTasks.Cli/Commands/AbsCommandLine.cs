using System.CommandLine;
using System.CommandLine.Help;
using AbsBuildTasks.Cli.Output;

namespace AbsBuildTasks.Cli.Commands;

/// <summary>The whole command line.</summary>
internal static class AbsCommandLine
{
    /// <summary>Runs a command.</summary>
    /// <returns>The process's exit code.</returns>
    public static int Run(IReadOnlyList<string> arguments) => Run(arguments, new CommandHost());

    /// <summary>Runs a command.</summary>
    /// <param name="arguments">The process's arguments.</param>
    /// <param name="host">What the command runs in.</param>
    /// <returns>The process's exit code.</returns>
    public static int Run(IReadOnlyList<string> arguments, CommandHost host)
    {
        var result = Create(host).Parse(arguments);
        var code = result.Invoke(new() { Output = host.Output, Error = host.Error, EnableDefaultExceptionHandler = false });
        return result.Errors.Count > 0 ? ExitCodes.Usage : code;
    }

    private static RootCommand Create(CommandHost host)
    {
        var root = new RootCommand("Shows, compares and makes compression plans of TorchSharp models.")
        {
            ShowCommand.Create(host),
            DiffCommand.Create(host),
            ReportCommand.Create(host),
            BuildCommand.Create(host, "search", "AbsSearch", "Build a model project and search its plans, with a live display in a terminal.", "abs search src/Digits", "abs search src/Digits -- -c Release -p:AbsDevice=cuda"),
            BuildCommand.Create(host, "verify", "AbsVerifyPlans", "Build a model project and compare its plans with their snapshots.", "abs verify src/Digits"),
            BuildCommand.Create(host, "accept", "AbsAcceptPlans", "Make the plans of the last build the snapshots.", "abs accept src/Digits"),
            FingerprintCommand.Create(host),
            CacheCommand.Create(host),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }
}
