using System.CommandLine;
using AbsBuildTasks.Cli.Building;
using AbsBuildTasks.Cli.Git;
using AbsBuildTasks.Cli.Output;

namespace AbsBuildTasks.Cli.Commands;

/// <summary><c>abs accept [PROJECT]</c>.</summary>
internal static class AcceptCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        var command = new ExampleCommand(
            "accept",
            "Make the plans of the last build the snapshots.",
            "abs accept src/Digits",
            "abs accept src/Digits --reason \"the new camera has more noise\" --until 2027-03-31");
        var arguments = new BuildArguments(command);
        var reason = new Option<string?>("--reason") { Description = "Why; it is written beside the snapshot.", HelpName = "TEXT" };
        var until = new Option<string?>("--until") { Description = "The last day that the reason holds; builds warn from then on.", HelpName = "DAY" };
        var by = new Option<string?>("--by") { Description = "Who accepts. Default: the user that git knows, else the machine's.", HelpName = "NAME" };
        command.Add(reason);
        command.Add(until);
        command.Add(by);
        command.Validators.Add(result =>
        {
            if (string.IsNullOrEmpty(result.GetValue(reason)) && (result.GetResult(reason) ?? result.GetResult(until) ?? result.GetResult(by)) is not null)
            {
                result.AddError("--until and --by belong to a reason; write one behind --reason.");
            }
        });
        command.SetAction(parsed => Failures.Guard(host, ExitCodes.Failed, () =>
        {
            var (project, more) = arguments.Read(parsed);
            var why = parsed.GetValue(reason);
            (string Name, string? Value)[] properties =
            [
                ("AbsAcceptReason", why),
                ("AbsAcceptUntil", parsed.GetValue(until)),
                ("AbsAcceptBy", parsed.GetValue(by) ?? (why is null ? null : GitUser.Name(Directory.Exists(project) ? project : "."))),
            ];
            return BuildCommand.Run(host, "AbsAcceptPlans", project, [.. properties.Where(property => property.Value is not null).Select(property => PropertyArgument.Of(property.Name, property.Value!)), .. more]);
        }));
        return command;
    }
}
