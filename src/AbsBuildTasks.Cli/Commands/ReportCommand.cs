using System.CommandLine;
using System.Text;
using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Reports;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Snapshots;

namespace AbsBuildTasks.Cli.Commands;

/// <summary><c>abs report PLAN...</c>.</summary>
internal static class ReportCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        var command = new ExampleCommand(
            "report",
            "Write a report in Markdown for each plan.",
            "abs report AbsPlans/digits.plan.verified.json",
            "abs report bin/Release/net10.0/abs/*.plan.json --output reports",
            "abs report AbsPlans/*.plan.verified.json --ci");
        var plans = new Argument<string[]>("PLAN") { Description = "Plan files.", Arity = ArgumentArity.OneOrMore };
        var folder = new Option<string?>("--output", "-o") { Description = "A folder that receives MODEL.plan.md of each plan, instead of the terminal.", HelpName = "DIR" };
        var ci = new CiOption();
        command.Add(plans);
        command.Add(folder);
        command.Add(ci.Option);
        command.SetAction(parsed => Failures.Guard(host, ExitCodes.Failed, () =>
        {
            CompressionPlan[] read = [.. parsed.GetRequiredValue(plans).Select(file => PlanFile.Read(file).Plan)];
            if (parsed.GetValue(folder) is { } target)
            {
                WriteFiles(target, read);
            }
            else
            {
                host.Output.Write(ReportMarkdown.Write(Together(read)));
            }

            ci.Publish(host, parsed, "report", () => ReportMarkdown.Write(Together(read)));
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static Report Together(CompressionPlan[] plans) => new([.. plans.SelectMany(plan => PlanReport.Of(plan).Sections)]);

    private static void WriteFiles(string folder, CompressionPlan[] plans)
    {
        if (plans.GroupBy(plan => plan.Model, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new AbsException(AbsCodes.InvalidModelName, $"Several plans are of the model '{Printable.Escape(twice.Key)}', and their reports would be one file; report them one at a time.");
        }

        foreach (var plan in plans)
        {
            var file = Path.Combine(folder, ModelName.Validate(plan.Model) + ".plan.md");
            AtomicFile.Write(file, Encoding.UTF8.GetBytes(ReportMarkdown.Write(PlanReport.Of(plan))));
        }
    }
}
