using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Reports.Ci;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Snapshots;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Tasks;

/// <summary>Sums up what became of plans where a build server shows it; says nothing of a plan that did not change.</summary>
/// <param name="task">Prints and warns.</param>
/// <param name="stateDirectory">The folder in <c>obj</c> that holds the project's plans, and what a build server reads later.</param>
internal sealed class PlanSummary(AbsTask task, string stateDirectory)
{
    private readonly CiSummary _summary = new(Environment.GetEnvironmentVariable, "Set AbsSummary=off to do without.");
    private readonly CiAnnotation _annotation = CiAnnotation.FromEnvironment();

    /// <summary>Publishes a model's changes, once in a build.</summary>
    /// <param name="plan">The plan that was checked.</param>
    /// <param name="result">What came of it.</param>
    /// <param name="file">The plan's file, beside which its ONNX file lies.</param>
    public void Publish(CompressionPlan plan, SnapshotResult result, string file)
    {
        var model = new ModelDiff(result.Diff?.Before, plan);
        if (!_summary.IsShown || model.Status == ModelStatus.Unchanged)
        {
            return;
        }

        var name = NameOf(plan.Model);
        var markdown = ReportMarkdown.Write(DiffReport.Of(model with { FileAfter = DeliveredFile.TryFind(file), Reasons = Reasons(model.Before, plan) })) + "\n" + Verdict(result);
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

    private IReadOnlyList<string> Reasons(CompressionPlan? before, CompressionPlan plan) =>
        before is null ? [] : FingerprintReport.TryRead(FingerprintReport.PathOf(stateDirectory, plan.Model))?.ReasonsFor(before, plan) ?? [];

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

    private static string Verdict(SnapshotResult result) => result.Outcome switch
    {
        SnapshotOutcome.Passed => "The snapshot's policy allows this.\n",
        SnapshotOutcome.Missing => "There is no snapshot yet: accept this plan with `dotnet build -t:AbsAcceptPlans`, and commit it.\n",
        _ => "**The snapshot does not allow this.** If it is wanted, accept it with `dotnet build -t:AbsAcceptPlans`, and commit it.\n",
    };

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
