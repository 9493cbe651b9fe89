using System.CommandLine;
using AbsBuildTasks.Cli.Comparing;
using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Git;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;

namespace AbsBuildTasks.Cli.Commands;

/// <summary><c>abs diff A [B]</c>.</summary>
internal static class DiffCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        var command = new ExampleCommand(
            "diff",
            "Say what changed between plans: of two files, of two folders, of a plan and its snapshot, or since a commit. Exits with 1 where something did, or a plan waits for being accepted.",
            "abs diff AbsPlans/digits.plan.received.json        with its snapshot",
            "abs diff                                           with the merge base of the main branch",
            "abs diff . --base origin/release --format markdown",
            "abs diff old.plan.json new.plan.json");
        var first = new Argument<string>("A") { Description = "A plan file, or a folder with snapshots in it or below. Default: the current folder.", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => "." };
        var second = new Argument<string?>("B") { Description = "What to compare A with; A is then the earlier one.", Arity = ArgumentArity.ZeroOrOne };
        var basis = new Option<string?>("--base") { Description = "Compare A with the commit where the current branch left this one. Default: the main branch, or the pull request's base.", HelpName = "GITREF" };
        var direct = new Option<bool>("--direct") { Description = "Compare with the commit itself that --base names, or that is its default." };
        var ci = new CiOption();
        command.Add(first);
        command.Add(second);
        command.Add(basis);
        command.Add(direct);
        command.Add(ci.Option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(second) is not null && (result.GetValue(basis) is not null || result.GetValue(direct)))
            {
                result.AddError("B and --base are two answers to one question; give one of them.");
            }
        });
        var output = new OutputOptions(command);
        command.SetAction(parsed => Failures.Guard(host, ExitCodes.Usage, () =>
        {
            var request = new DiffRequest(parsed.GetRequiredValue(first), parsed.GetValue(second), parsed.GetValue(basis), parsed.GetValue(direct), PullRequest.BaseOf(host.Variable));
            var diff = request.Compare();
            output.Write(host, parsed, () => DiffReport.Of(diff), () => new PlanPages(host).PageOf(diff), () => PlanDiffJson.Write(diff));
            if (!diff.IsEmpty)
            {
                ci.Publish(host, parsed, "diff", () => ReportMarkdown.Write(DiffReport.Of(diff)));
            }

            return diff.IsEmpty ? ExitCodes.Ok : ExitCodes.Failed;
        }));
        return command;
    }
}
