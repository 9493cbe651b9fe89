namespace AbsBuildTasks.Plans.Git;

/// <summary>What build servers tell of the pull request that they build.</summary>
internal static class PullRequest
{
    /// <summary>The variables of GitHub Actions, Azure Pipelines and GitLab that name the branch.</summary>
    public static readonly string[] Variables = ["GITHUB_BASE_REF", "SYSTEM_PULLREQUEST_TARGETBRANCH", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"];

    private const string BranchPrefix = "refs/heads/";

    /// <summary>The branch that the pull request is to go into; null where none is built.</summary>
    /// <param name="variable">The value of an environment variable, or null.</param>
    public static string? BaseOf(Func<string, string?> variable) =>
        Variables.Select(variable).FirstOrDefault(value => !string.IsNullOrEmpty(value)) is { } branch
            ? branch.StartsWith(BranchPrefix, StringComparison.Ordinal) ? branch.Substring(BranchPrefix.Length) : branch
            : null;
}
