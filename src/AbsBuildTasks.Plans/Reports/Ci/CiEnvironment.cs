namespace AbsBuildTasks.Plans.Reports.Ci;

/// <summary>What a build server says of itself.</summary>
/// <param name="variable">The value of an environment variable, or null.</param>
internal sealed class CiEnvironment(Func<string, string?> variable)
{
    // GitHub Actions, Azure Pipelines, GitLab.
    private static readonly string[] Commits = ["GITHUB_SHA", "BUILD_SOURCEVERSION", "CI_COMMIT_SHA"];

    /// <summary>The server that this process runs on.</summary>
    public CiServer Server =>
        Value("GITHUB_STEP_SUMMARY") is not null ? CiServer.GitHub
        : IsTrue("TF_BUILD") ? CiServer.Azure
        : IsTrue("GITLAB_CI") && Value("CI_PROJECT_DIR") is not null ? CiServer.GitLab
        : CiServer.None;

    /// <summary>The commit that is built; null where the server does not tell it.</summary>
    public string? Commit => Commits.Select(Value).FirstOrDefault(value => value is not null);

    /// <summary>A variable's value; null where it is missing or empty.</summary>
    public string? Value(string name) => variable(name) is { Length: > 0 } value ? value : null;

    private bool IsTrue(string name) => string.Equals(Value(name), "true", StringComparison.OrdinalIgnoreCase);
}
