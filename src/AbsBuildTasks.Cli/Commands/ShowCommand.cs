using System.CommandLine;
using AbsBuildTasks.Cli.Comparing;
using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports;
using AbsBuildTasks.Plans.Reports.Html;
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
            "Show a plan, or all plans of a folder: what becomes of it, every layer's bits and filters, and what the network gains and loses.",
            "abs show AbsPlans/digits.plan.verified.json",
            "abs show AbsPlans",
            "abs show bin/Debug/net10.0/abs/digits.plan.json --format html --output digits.html");
        var plan = new Argument<string>("PLAN") { Description = "A plan file (.plan.json, .plan.verified.json or .plan.received.json), or a folder with snapshots in it or below." };
        var alone = new Option<bool>("--alone") { Description = "Show what the plan's file says, and nothing of the files beside it." };
        command.Add(plan);
        var sensitivity = new Option<bool>("--sensitivity") { Description = "Show what one step cheaper or dearer of each layer would change, in place of the plan." };
        command.Add(alone);
        command.Add(sensitivity);
        var output = new OutputOptions(command);
        command.SetAction(parsed => Failures.Guard(host, ExitCodes.Failed, () =>
        {
            var (pages, path) = (new PlanPages(host), parsed.GetRequiredValue(plan));
            if (Directory.Exists(path))
            {
                if (parsed.GetValue(alone) || parsed.GetValue(sensitivity))
                {
                    host.Error.WriteLine("--alone and --sensitivity are of one plan: name a plan's file in place of the folder.");
                    return ExitCodes.Usage;
                }

                var files = PlanPaths.Shown(path);
                output.Write(host, parsed, () => PlanFolder.Report(files, pages), () => HtmlReport.Render(PlanFolder.Report(files, pages)), () => PlanFolder.Json(files));
                return ExitCodes.Ok;
            }

            var file = PlanPaths.RequireFile(path);
            if (parsed.GetValue(sensitivity))
            {
                var report = PlanFolder.Sensitivity(pages.ContentOf(file));
                output.Write(host, parsed, () => report, () => HtmlReport.Render(report), () => PlanFolder.SensitivityJson(pages.ContentOf(file)));
                return ExitCodes.Ok;
            }

            output.Write(
                host,
                parsed,
                () => parsed.GetValue(alone) ? PlanReport.Of(Read(file)) : PlanFolder.Report(pages.PlanOf(file)),
                () => ReportForm.Page.Render(parsed.GetValue(alone) ? new() { Plan = Read(file) } : pages.ContentOf(file)),
                () => PlanJson.Write(Read(file)));
            return ExitCodes.Ok;
        }));
        return command;

        static CompressionPlan Read(string file) => PlanFile.Read(file).Plan;
    }
}
