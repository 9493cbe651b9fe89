using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Git;

namespace AbsBuildTasks.Cli.Git;

/// <summary>Who works with git.</summary>
internal static class GitUser
{
    /// <summary>The name that commits made in a folder would have; null where git does not know one.</summary>
    /// <param name="folder">The folder.</param>
    public static string? Name(string folder)
    {
        try
        {
            return GitProcess.Run(folder, "config", "user.name") is { IsGood: true, Text: { Length: > 0 } name } ? name : null;
        }
        catch (AbsException exception) when (exception.Code == AbsCodes.GitBaseUnavailable)
        {
            return null;
        }
    }
}
