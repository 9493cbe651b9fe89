using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Git;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>A snapshot as a commit has it.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Kept">What is kept beside it; null where there is nothing.</param>
internal sealed record CommittedPlan(CompressionPlan Plan, SnapshotInputs? Kept)
{
    /// <summary>Reads a snapshot.</summary>
    /// <param name="contents">Reads files' contents.</param>
    /// <param name="commit">The commit's hash.</param>
    /// <param name="file">The plan's file.</param>
    /// <param name="inputs">What is kept beside it; null for nothing.</param>
    /// <exception cref="AbsException">ABS4003: it is no plan. ABS4006: git does not have it.</exception>
    public static CommittedPlan Read(GitContents contents, string commit, GitFile file, GitFile? inputs)
    {
        var plan = PlanFile.Read(contents.Read(file, PlanJson.MaxLength), $"{GitBase.Short(commit)}:{file.Path}").Plan;
        return new(plan, inputs is null ? null : SnapshotInputs.For(contents.Read(inputs, SnapshotInputs.MaxLength), plan));
    }

    /// <summary>Finds a snapshot in a commit; null where the commit does not have it.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="commit">The commit's hash.</param>
    /// <param name="path">The snapshot's path below the repository's root.</param>
    /// <exception cref="AbsException">ABS4003: it is no plan. ABS4006: git does not have it.</exception>
    public static CommittedPlan? Find(GitRepository repository, string commit, string path)
    {
        if (repository.File(commit, path) is not { } file)
        {
            return null;
        }

        using var contents = repository.Open();
        return Read(contents, commit, file, repository.File(commit, SnapshotInputs.PathOf(path)!));
    }
}
