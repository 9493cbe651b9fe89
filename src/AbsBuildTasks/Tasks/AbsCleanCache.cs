using AbsBuildTasks.Caching;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Caching;

namespace AbsBuildTasks.Tasks;

/// <summary>Empties the plan cache of this machine.</summary>
public sealed class AbsCleanCache : AbsTask
{
    /// <summary>The cache's folder; empty for the user's own.</summary>
    public string CacheDirectory { get; set; } = "";

    /// <inheritdoc />
    protected override void Run()
    {
        var directory = LocalCache.Folder(ProjectDirectory, CacheDirectory);
        var count = new PlanCache(directory).Clean();
        Print(FormattableString.Invariant($"abs: removed {count} {(count == 1 ? "search" : "searches")} from the cache {directory}"));
    }
}
