using System.CommandLine;
using System.Text;
using AbsBuildTasks.Cli.Comparing;
using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Reports;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Cli.Commands;

/// <summary><c>abs report PLAN...</c>.</summary>
internal static class ReportCommand
{
    private static readonly Dictionary<string, ReportForm> Forms = new()
    {
        [OutputFormat.Markdown] = ReportForm.Markdown,
        [OutputFormat.Html] = ReportForm.Page,
        [OutputFormat.Svg] = ReportForm.Picture,
    };

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        var command = new ExampleCommand(
            "report",
            "Write a report of each plan: what was decided, what changed against its snapshot, how its search ran.",
            "abs report AbsPlans/digits.plan.verified.json",
            "abs report bin/Release/net10.0/abs/*.plan.json --output reports",
            "abs report digits.plan.json --format svg --output docs",
            "abs report AbsPlans/*.plan.verified.json --ci");
        var plans = new Argument<string[]>("PLAN") { Description = "Plan files.", Arity = ArgumentArity.OneOrMore };
        var format = new Option<string[]>("--format", "-f") { Description = "The form; may be given several times. Default: markdown and html, in a terminal markdown alone." };
        format.AcceptOnlyFromAmong([.. Forms.Keys]);
        var folder = new Option<string?>("--output", "-o") { Description = "A folder that receives MODEL.plan.md, .html and .svg of each plan, instead of the terminal.", HelpName = "DIR" };
        var ci = new CiOption();
        command.Add(plans);
        command.Add(format);
        command.Add(folder);
        command.Add(ci.Option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(folder) is null && (result.GetValue(format) ?? []).Any(name => name != OutputFormat.Markdown))
            {
                result.AddError("Pages and pictures are files; name a folder for them with --output.");
            }
        });
        command.SetAction(parsed => Failures.Guard(host, ExitCodes.Failed, () =>
        {
            ReportContent[] read = [.. parsed.GetRequiredValue(plans).Select(new PlanPages(host).ContentOf)];
            if (parsed.GetValue(folder) is { } target)
            {
                var forms = parsed.GetValue(format) is { Length: > 0 } names ? names.Distinct().Select(name => Forms[name]) : [ReportForm.Markdown, ReportForm.Page];
                WriteFiles(target, read, [.. forms]);
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

    private static Report Together(ReportContent[] plans) => new([.. plans.SelectMany(plan => FullReport.Of(plan).Sections)], "part");

    private static void WriteFiles(string folder, ReportContent[] plans, ReportForm[] forms)
    {
        if (plans.GroupBy(content => content.Plan.Model, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new AbsException(AbsCodes.InvalidModelName, $"Several plans are of the model '{Printable.Escape(twice.Key)}', and their reports would be one file; report them one at a time.");
        }

        foreach (var content in plans)
        {
            var start = Path.Combine(folder, ModelName.Validate(content.Plan.Model));
            foreach (var form in forms)
            {
                AtomicFile.Write(start + form.Ending, Encoding.UTF8.GetBytes(form.Render(content)));
            }
        }
    }
}
