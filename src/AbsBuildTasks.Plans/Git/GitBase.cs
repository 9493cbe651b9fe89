using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Plans.Git;

/// <summary>A commit to compare with.</summary>
/// <param name="Commit">Its hash.</param>
/// <param name="Words">What it is, for a reader: <c>the merge base of main, 0123abcd</c>.</param>
internal sealed record GitBase(string Commit, string Words)
{
    private const int HashLength = 8;

    /// <summary>Finds it.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="name">A commit, or null for the usual one.</param>
    /// <param name="pullRequestBase">The base branch as the build server names it, or null.</param>
    /// <param name="isDirect">Whether the commit itself is meant, instead of where the current branch left it.</param>
    /// <exception cref="AbsException">ABS4006: git does not have it.</exception>
    public static GitBase Of(GitRepository repository, string? name, string? pullRequestBase, bool isDirect)
    {
        var given = name ?? repository.DefaultBase(pullRequestBase);
        var commit = repository.Commit(given);
        if (isDirect)
        {
            return new(commit, $"{given}, {Short(commit)}");
        }

        commit = repository.MergeBase(commit, given);
        return new(commit, $"the merge base of {given}, {Short(commit)}");
    }

    /// <summary>A hash as far as people read it.</summary>
    public static string Short(string hash) => hash.Length > HashLength ? hash.Substring(0, HashLength) : hash;
}
