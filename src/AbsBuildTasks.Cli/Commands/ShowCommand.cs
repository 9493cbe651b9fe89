using System.CommandLine;
using AbsBuildTasks.Cli.Comparing;
using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports;
using AbsBuildTasks.Plans.Reports.Tables;

namespace AbsBuildTasks.Cli.Commands;

/// <summary><c>abs show PLAN</c>.</summary>
internal static class ShowCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        var command = new ExampleCommand(
            "show",
            "Show a plan: every layer's bits and filters, and what the network gains and loses.",
            "abs show AbsPlans/digits.plan.verified.json",
            "abs show bin/Debug/net10.0/abs/digits.plan.json --format html --output digits.html");
        var plan = new Argument<string>("PLAN") { Description = "A plan file: .plan.json, .plan.verified.json or .plan.received.json." };
        command.Add(plan);
        var output = new OutputOptions(command);
        command.SetAction(parsed => Failures.Guard(host, ExitCodes.Failed, () =>
        {
            var file = PlanPaths.RequireFile(parsed.GetRequiredValue(plan));
            output.Write(host, parsed, () => PlanReport.Of(Read(file), DeliveredFile.TryFind(file)), () => ReportForm.Page.Render(new PlanPages(host).ContentOf(file)), () => PlanJson.Write(Read(file)));
            return ExitCodes.Ok;
        }));
        return command;

        static CompressionPlan Read(string file) => PlanFile.Read(file).Plan;
    }
}
