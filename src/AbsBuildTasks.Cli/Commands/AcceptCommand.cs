using System.CommandLine;
using AbsBuildTasks.Cli.Building;
using AbsBuildTasks.Cli.Comparing;
using AbsBuildTasks.Cli.Git;
using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Noise;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Cli.Commands;

/// <summary><c>abs accept [PROJECT]</c>.</summary>
internal sealed class AcceptCommand
{
    private readonly CommandHost _host;
    private readonly BuildArguments _arguments;
    private readonly Option<string?> _reason = new("--reason") { Description = "Why; it is written beside the snapshot.", HelpName = "TEXT" };
    private readonly Option<string?> _until = new("--until") { Description = "The last day that the reason holds; builds warn from then on.", HelpName = "DAY" };
    private readonly Option<string?> _by = new("--by") { Description = "Who accepts. Default: the user that git knows, else the machine's.", HelpName = "NAME" };
    private readonly Option<string[]> _models = new("--model", "-m") { Description = "A model whose plan is accepted. Default: all.", HelpName = "NAME" };
    private readonly Option<string?> _from = new("--from") { Description = "A folder with plans of a build elsewhere, such as a build server's artifact. Nothing is built.", HelpName = "DIR" };
    private readonly Option<bool> _interactive = new("--interactive", "-i") { Description = "Show each change, and ask before it is taken." };

    private AcceptCommand(CommandHost host, Command command)
    {
        _host = host;
        _arguments = new BuildArguments(command);
        foreach (var option in new Option[] { _models, _interactive, _from, _reason, _until, _by })
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (string.IsNullOrEmpty(result.GetValue(_reason)) && (result.GetResult(_reason) ?? result.GetResult(_until) ?? result.GetResult(_by)) is not null)
            {
                result.AddError("--until and --by belong to a reason; write one behind --reason.");
            }
        });
        command.SetAction(parsed => Failures.Guard(host, ExitCodes.Failed, () => Run(parsed)));
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        var command = new ExampleCommand(
            "accept",
            "Make the plans of the last build the snapshots.",
            "abs accept src/Digits",
            "abs accept src/Digits --interactive",
            "abs accept src/Digits --reason \"the new camera has more noise\" --until 2027-03-31",
            "abs accept src/Digits --from ~/Downloads/plans --model digits");
        _ = new AcceptCommand(host, command);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var (project, more) = _arguments.Read(parsed);
        IReadOnlyList<string> models = parsed.GetValue(_models) ?? [];
        return parsed.GetValue(_from) is { } folder
            ? AcceptFrom(parsed, project, more, BuiltPlans.In(folder, models))
            : AcceptByBuild(parsed, project, more, models);
    }

    private int AcceptByBuild(ParseResult parsed, string project, IReadOnlyList<string> more, IReadOnlyList<string> models)
    {
        if (parsed.GetValue(_interactive))
        {
            models = [.. Chosen(Waiting(project).Where(change => models.Count == 0 || models.Contains(change.Model, StringComparer.Ordinal))).Select(change => change.Model)];
            if (models.Count == 0)
            {
                return ExitCodes.Ok;
            }
        }

        (string Name, string? Value)[] properties =
        [
            ("AbsAccept", models.Count == 0 ? null : string.Join(';', models)),
            ("AbsAcceptReason", parsed.GetValue(_reason)),
            ("AbsAcceptUntil", parsed.GetValue(_until)),
            ("AbsAcceptBy", By(parsed, project)),
        ];
        return BuildCommand.Run(_host, "AbsAcceptPlans", project, [.. properties.Where(property => property.Value is not null).Select(property => PropertyArgument.Of(property.Name, property.Value!)), .. more]);
    }

    private int AcceptFrom(ParseResult parsed, string project, IReadOnlyList<string> more, IReadOnlyList<FoundPlan> plans)
    {
        if (more.Count > 0)
        {
            _host.Error.WriteLine("--from builds nothing, so nothing may follow --.");
            return ExitCodes.Usage;
        }

        (FoundPlan Found, string Folder)[] placed = [.. plans.Select(plan => (plan, SnapshotFolder.Of(project, plan.Plan.Model)))];
        if (parsed.GetValue(_interactive))
        {
            var chosen = Chosen(placed.Select(plan => Change(plan.Found, plan.Folder)).Where(change => !change.IsSettled)).Select(change => change.Model).ToHashSet(StringComparer.Ordinal);
            placed = [.. placed.Where(plan => chosen.Contains(plan.Found.Plan.Model))];
        }

        foreach (var (found, folder) in placed.Where(IsAccepted))
        {
            _host.Output.WriteLine($"{Printable.Escape(found.Plan.Model)}: unchanged, as {Printable.Escape(new SnapshotPaths(folder, found.Plan.Model).Verified)} is this plan");
        }

        placed = [.. placed.Where(plan => !IsAccepted(plan))];
        foreach (var folder in placed.GroupBy(plan => plan.Folder, StringComparer.Ordinal))
        {
            PlanAcceptance.Accept(folder.Key, [.. folder.Select(plan => (plan.Found.Plan, Inputs(plan.Found, folder.Key)))], plan => ReasonOf(parsed, project, plan));
        }

        foreach (var (found, folder) in placed)
        {
            var plan = found.Plan;
            NoiseFile.Keep(found.File!, plan, folder);
            _host.Output.WriteLine(FormattableString.Invariant($"{Printable.Escape(plan.Model)}: accepted the plan ({plan.Budget}{plan.BudgetRemark}, {Printable.Escape(plan.Metric.Name)} {Quantity.Metric(plan.Metric.Compressed, 0)}) as {Printable.Escape(new SnapshotPaths(folder, plan.Model).Verified)}"));
        }

        return ExitCodes.Ok;
    }

    private IReadOnlyList<ModelDiff> Chosen(IEnumerable<ModelDiff> changes)
    {
        ModelDiff[] all = [.. changes];
        if (all.Length == 0)
        {
            _host.Output.WriteLine("No plan waits for being accepted.");
        }

        return new AcceptanceWalk(_host).Ask(all);
    }

    private static IReadOnlyList<ModelDiff> Waiting(string project) => Unaccepted.In(File.Exists(project) ? Path.GetDirectoryName(Path.GetFullPath(project))! : project);

    private static ModelDiff Change(FoundPlan plan, string folder) => PlanComparison.Model(SnapshotOf(plan.Plan, folder), plan);

    private static FoundPlan? SnapshotOf(CompressionPlan plan, string folder) =>
        new SnapshotPaths(folder, plan.Model).Verified is var snapshot && File.Exists(snapshot) ? FoundPlan.Of(snapshot) : null;

    private static bool IsAccepted((FoundPlan Found, string Folder) placed) => SnapshotOf(placed.Found.Plan, placed.Folder)?.Plan == placed.Found.Plan;

    // A received plan has all of it beside it; of another, configuration and policy are those of the snapshot before.
    private static SnapshotInputs? Inputs(FoundPlan plan, string folder)
    {
        var before = SnapshotOf(plan.Plan, folder)?.Kept;

        // What lies beside a plan in an artifact may be of another build.
        var entries = plan.Entries() is { } read && FingerprintBuilder.Of(read).Hash == plan.Plan.Fingerprint ? read : null;
        return plan.Kept ?? SnapshotInputs.Of(plan.Plan, entries, before?.Configuration ?? "", before?.Rule ?? SnapshotRule.Default);
    }

    private Acceptance? ReasonOf(ParseResult parsed, string project, CompressionPlan plan) => parsed.GetValue(_reason) is { } reason
        ? Acceptance.Of(plan, DateTime.Today, By(parsed, project) ?? Environment.UserName, reason, parsed.GetValue(_until) ?? "")
        : null;

    private string? By(ParseResult parsed, string project) =>
        parsed.GetValue(_by) ?? (parsed.GetValue(_reason) is null ? null : GitUser.Name(Directory.Exists(project) ? project : "."));
}
