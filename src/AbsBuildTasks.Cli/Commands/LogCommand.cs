using System.CommandLine;
using AbsBuildTasks.Cli.Comparing;
using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Plans.Reports.Html;
using AbsBuildTasks.Plans.Reports.Tables;

namespace AbsBuildTasks.Cli.Commands;

/// <summary><c>abs log [PLAN]</c>.</summary>
internal static class LogCommand
{
    private const int UsualVersions = 30;

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        var command = new ExampleCommand(
            "log",
            "Show the history of snapshots over the commits of the current branch: metric, costs, bits and filters.",
            "abs log AbsPlans/digits.plan.verified.json",
            "abs log . --format html --output history.html",
            "abs log AbsPlans --max-count 5 --format markdown");
        var plan = new Argument<string>("PLAN") { Description = "A plan file, or a folder with snapshots in it or below. Default: the current folder.", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => "." };
        var most = new Option<int>("--max-count", "-n") { Description = "The most commits to show of each snapshot.", DefaultValueFactory = _ => UsualVersions, HelpName = "N" };
        command.Add(plan);
        command.Add(most);
        most.Validators.Add(result =>
        {
            if (!result.Implicit && result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--max-count takes a number from 1 on.");
            }
        });
        var output = new OutputOptions(command);
        command.SetAction(parsed => Failures.Guard(host, ExitCodes.Failed, () =>
        {
            var logs = PlanLogs.Of(parsed.GetRequiredValue(plan), parsed.GetValue(most));
            output.Write(host, parsed, () => PlanLog.Report(logs), () => LogPage.Render(logs), () => PlanLogJson.Write(logs));
            return ExitCodes.Ok;
        }));
        return command;
    }
}
