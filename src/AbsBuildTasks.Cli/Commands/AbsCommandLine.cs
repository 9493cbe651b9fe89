using System.CommandLine;
using System.CommandLine.Help;
using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Cli.Commands;

/// <summary>The whole command line.</summary>
internal static class AbsCommandLine
{
    private const string EndOfOptions = "--";

    // git hands over paths as they are. So "@x" is not a file of arguments, and "-ox" not the option -o: they are paths.
    private static readonly ParserConfiguration Configuration = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    /// <summary>Runs a command.</summary>
    /// <returns>The process's exit code.</returns>
    public static int Run(IReadOnlyList<string> arguments) => Run(arguments, new CommandHost());

    /// <summary>Runs a command.</summary>
    /// <param name="arguments">The process's arguments.</param>
    /// <param name="host">What the command runs in.</param>
    /// <returns>The process's exit code.</returns>
    public static int Run(IReadOnlyList<string> arguments, CommandHost host)
    {
        var root = Create(host);
        var options = OptionsOf(root).ToHashSet();
        if (arguments.TakeWhile(argument => argument != EndOfOptions).FirstOrDefault(argument => options.Contains(argument.Split('=', ':')[0]) && Path.Exists(argument)) is { } argument)
        {
            // A checkout may hold a file that is named as an option: neither reading would be safe.
            Failures.Report(host, AbsCodes.OptionOrFile, $"'{Printable.Escape(argument)}' is an option, and a file or folder here; write ./ before it or {EndOfOptions} before all paths if the file is meant, or run the command in another folder if not.");
            return ExitCodes.Usage;
        }

        var result = root.Parse(arguments, Configuration);
        var code = result.Invoke(new() { Output = host.Output, Error = host.Error, EnableDefaultExceptionHandler = false });
        return result.Errors.Count > 0 ? ExitCodes.Usage : code;
    }

    private static IEnumerable<string> OptionsOf(Command command) =>
        command.Options.SelectMany(option => option.Aliases.Prepend(option.Name)).Concat(command.Subcommands.SelectMany(OptionsOf));

    private static RootCommand Create(CommandHost host)
    {
        var root = new RootCommand("Shows, compares and makes compression plans of TorchSharp models.")
        {
            ShowCommand.Create(host),
            DiffCommand.Create(host),
            LogCommand.Create(host),
            ReportCommand.Create(host),
            BuildCommand.Create(host, "search", "AbsSearch", "Build a model project and search its plans, with a live display in a terminal.", "abs search src/Digits", "abs search src/Digits -- -c Release -p:AbsDevice=cuda"),
            BuildCommand.Create(host, "verify", "AbsVerifyPlans", "Build a model project and compare its plans with their snapshots.", "abs verify src/Digits"),
            StatusCommand.Create(host),
            WatchCommand.Create(host),
            StopCommand.Create(host),
            AcceptCommand.Create(host),
            FingerprintCommand.Create(host),
            ProfileCommand.Create(host),
            CacheCommand.Create(host),
            SetupCommand.Create(host),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }
}
