namespace AbsBuildTasks.Plans.Git;

/// <summary>A file of a commit.</summary>
/// <param name="Path">Its path below the repository's root.</param>
/// <param name="Id">The hash of its content.</param>
internal sealed record GitFile(string Path, string Id)
{
    /// <summary>Reads what <c>git ls-tree -z</c> prints: mode, type and hash, then a tab and the path, which ends with a null.</summary>
    /// <remarks>No character of a path has a meaning there, but null, which no path has.</remarks>
    public static IReadOnlyList<GitFile> ReadAll(string listing) =>
    [
        .. listing.Split(['\0'], StringSplitOptions.RemoveEmptyEntries)
            .Select(entry => entry.Split(['\t'], 2))
            .Select(parts => new GitFile(parts[1], parts[0].Split(' ')[2])),
    ];
}
