using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Git;
using AbsBuildTasks.Plans.Reports.Ci;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Text;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Tasks;

/// <summary>Sums up what became of plans where a build server shows it; says nothing of a plan that did not change.</summary>
/// <param name="task">Prints and warns.</param>
/// <param name="stateDirectory">The folder in <c>obj</c> that holds the project's plans, and what a build server reads later.</param>
internal sealed class PlanSummary(AbsTask task, string stateDirectory)
{
    private readonly CiSummary _summary = new(Environment.GetEnvironmentVariable, "Set AbsSummary=off to do without.");
    private readonly CiAnnotation _annotation = CiAnnotation.FromEnvironment();

    /// <summary>Publishes a model's changes, once in a build: since the snapshot, or, where the plan is the snapshot's, since the branch left its base.</summary>
    /// <param name="plan">The plan that was checked.</param>
    /// <param name="result">What came of it.</param>
    /// <param name="verdict">What becomes of it.</param>
    /// <param name="file">The plan's file, beside which its ONNX file lies.</param>
    public void Publish(CompressionPlan plan, SnapshotResult result, PlanVerdict verdict, string file)
    {
        if (!_summary.IsShown)
        {
            return;
        }

        var model = new ModelDiff(result.Diff?.Before, plan) { Reasons = Reasons(result, plan, file), Verdict = verdict };
        var (basis, shown) = model.IsSettled ? Accepted(plan, result.Paths.Verified, verdict) : (null, model);
        if (shown is null || shown.IsSettled)
        {
            return;
        }

        var name = NameOf(plan.Model);
        var lead = basis is null ? "" : $"\nCompared with {MarkdownText.Prose(Printable.Escape(basis))}.\n";
        var markdown = ReportMarkdown.Write(DiffReport.Of(shown with { FileAfter = DeliveredFile.TryFind(file) })) + lead;
        if (IsFirst($"{task.ProjectFile}|{name}|{markdown}"))
        {
            Try(() => _summary.Publish(name, markdown, Path.Combine(stateDirectory, "summaries")));
        }
    }

    /// <summary>Shows beside the code what is wrong with a model's snapshot, once in a build.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="problem">What is wrong; null where nothing is.</param>
    public void Annotate(string model, CiProblem? problem)
    {
        if (problem is null || IsFirst($"{task.ProjectFile}|{model}|{problem}"))
        {
            Try(() => _annotation.Publish(NameOf(model), problem is null ? null : problem with { File = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(task.ProjectFile)!, problem.File)) }));
        }
    }

    private IReadOnlyList<string> Reasons(SnapshotResult result, CompressionPlan plan, string file) =>
        result.Diff?.Before is not { } before ? []
        : SnapshotInputs.EntriesOf(result.Paths.Verified, before) is { } old && SnapshotInputs.EntriesOf(file, plan) is { } now ? InputEntries.Changes(old, now)
        : FingerprintReport.TryRead(FingerprintReport.PathOf(stateDirectory, plan.Model))?.ReasonsFor(before, plan) ?? [];

    /// <summary>What was accepted since the branch left its base; nothing where git does not have that commit.</summary>
    private (string? Basis, ModelDiff? Model) Accepted(CompressionPlan plan, string snapshot, PlanVerdict verdict)
    {
        try
        {
            var full = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(task.ProjectFile)!, snapshot));
            var repository = GitRepository.Of(Path.GetDirectoryName(full)!);
            var basis = GitBase.Of(repository, null, PullRequest.BaseOf(Environment.GetEnvironmentVariable), isDirect: false);
            var before = CommittedPlan.Find(repository, basis.Commit, repository.Prefix + Path.GetFileName(full));
            var kept = SnapshotInputs.For(full, plan);
            var model = new ModelDiff(before?.Plan, plan)
            {
                AcceptedBecause = AcceptanceFile.For(AcceptanceFile.PathOf(full), plan)?.ToString(),
                Reasons = before?.Kept?.Entries is { } old && kept?.Entries is { } now && before.Plan.Fingerprint != plan.Fingerprint ? InputEntries.Changes(old, now) : [],
            };
            return (basis.Words, model with { Verdict = SnapshotVerdict.Accepted(model, kept?.Rule) is var accepted ? accepted with { Commit = verdict.Commit, Configuration = verdict.Configuration, Rules = [.. accepted.Rules, .. verdict.Rules.Where(rule => rule.Reference != SnapshotRule.Reference)] } : verdict });
        }
        catch (AbsException exception)
        {
            task.Print($"abs: {plan.Model}: what was accepted since the branch began is not summed up: {exception.Message}", MessageImportance.Normal);
            return (null, null);
        }
    }

    private string NameOf(string model) => $"{Path.GetFileNameWithoutExtension(task.ProjectFile)}.{model}";

    private void Try(Func<string?> publish)
    {
        try
        {
            if (publish() is { } command)
            {
                task.PrintCommand(command);
            }
        }
        catch (AbsException exception)
        {
            task.LogWarning(exception.Code, exception.Message);
        }
    }

    // MSBuild keeps the object until the build ends, and for all projects and targets in the process.
    private bool IsFirst(string key)
    {
        if (task.BuildEngine is not IBuildEngine4 engine)
        {
            return true;
        }

        var isFirst = engine.GetRegisteredTaskObject(key, RegisteredTaskObjectLifetime.Build) is null;
        engine.RegisterTaskObject(key, key, RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
        return isFirst;
    }
}
