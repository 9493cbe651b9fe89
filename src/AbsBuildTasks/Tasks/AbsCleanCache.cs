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
        var (plans, stages, _) = new PlanCache(directory).Clean();
        var more = stages == 0 ? "" : FormattableString.Invariant($" and {stages} {(stages == 1 ? "stage" : "stages")}");
        Print(FormattableString.Invariant($"abs: removed {plans} {(plans == 1 ? "search" : "searches")}{more} from the cache {directory}"));
    }
}
