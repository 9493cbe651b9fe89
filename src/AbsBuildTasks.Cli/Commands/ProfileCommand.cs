using System.CommandLine;
using System.Globalization;
using AbsBuildTasks.Cli.Building;
using AbsBuildTasks.Cli.Output;

namespace AbsBuildTasks.Cli.Commands;

/// <summary><c>abs profile [PROJECT]</c>.</summary>
internal static class ProfileCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        var command = new ExampleCommand(
            "profile",
            "Measure how long the layers of a project's models take in ONNX Runtime on this machine, and write a table for budgets of latency.",
            "abs profile src/Digits",
            "abs profile src/Digits --model digits --threads 4",
            "abs profile AbsPlans/digits.plan.verified.json");
        var arguments = new BuildArguments(command);
        var models = new Option<string[]>("--model", "-m") { Description = "A model of the project; may be given several times. Default: all.", HelpName = "NAME" };
        var threads = Count("--threads", "Threads that run each layer. Default: 1.");
        var batch = Count("--batch", "Examples in a run. Default: 1.");
        command.Add(models);
        command.Add(threads);
        command.Add(batch);
        command.SetAction(parsed => Failures.Guard(host, ExitCodes.Failed, () =>
        {
            var (asked, more) = arguments.Read(parsed);
            var (project, planned) = ProfiledProject.Of(asked);
            string[] names = [.. parsed.GetValue(models) ?? [], .. planned is null ? Array.Empty<string>() : [planned]];
            return BuildCommand.Run(host, "AbsProfile", project, [.. Properties(names, parsed.GetValue(threads), parsed.GetValue(batch)), .. more]);
        }));
        return command;
    }

    private static Option<int?> Count(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !(int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1))
            {
                result.AddError($"{name} is a whole number from 1.");
            }
        });
        return option;
    }

    private static IEnumerable<string> Properties(string[] names, int? threads, int? batch) =>
    [
        .. names.Length > 0 ? [PropertyArgument.Of("AbsProfileModels", string.Join(";", names))] : Array.Empty<string>(),
        .. threads is { } count ? [FormattableString.Invariant($"-p:AbsProfileThreads={count}")] : Array.Empty<string>(),
        .. batch is { } examples ? [FormattableString.Invariant($"-p:AbsProfileBatch={examples}")] : Array.Empty<string>(),
    ];
}
