namespace AbsBuildTasks.Plans.Caching;

/// <summary>A file of a cache entry.</summary>
/// <param name="Name">Its plain name.</param>
/// <param name="Hash">SHA-256 of its content.</param>
/// <param name="Length">Bytes of its content.</param>
internal sealed record CachedFile(string Name, string Hash, long Length)
{
    public bool IsPlan => ResultFile.Plan.Is(Name);

    public bool IsStage => ResultFile.Of(Name) is { IsStage: true };
}
