using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Tasks;

namespace AbsBuildTasks.Caching;

/// <summary>The caches a build takes plans from and gives plans to. Whatever is wrong with them is a warning.</summary>
/// <param name="local">The cache on this machine.</param>
/// <param name="task">Receives messages and warnings.</param>
internal sealed class BuildCache(PlanCache local, AbsTask task)
{
    /// <summary>Takes a plan's files from a cache.</summary>
    /// <param name="model">The model.</param>
    /// <param name="fingerprint">The plan's fingerprint.</param>
    /// <param name="folder">Receives the files; untouched where no cache has them.</param>
    /// <returns>Whether a cache had them.</returns>
    public bool TryTake(string model, string fingerprint, string folder)
    {
        var isHit = local.TryGet(fingerprint, model, folder, out var warning);
        if (warning is not null)
        {
            task.LogWarning(warning.Code, warning.Message);
        }

        if (isHit)
        {
            task.Print($"abs: {model}: plan taken from the cache");
        }

        return isHit;
    }

    /// <summary>Gives a plan's files to the caches.</summary>
    public void Store(string model, string fingerprint, string folder)
    {
        try
        {
            local.Put(fingerprint, [.. CacheFiles.NamesOf(model).Select(name => Path.Combine(folder, name))]);
        }
        catch (AbsException exception) when (exception.Code == AbsCodes.CacheNotWritable)
        {
            task.LogWarning(exception.Code, exception.Message);
        }
    }

    /// <summary>Waits until no other build of this machine searches for the same plan.</summary>
    /// <returns>To be disposed after the search.</returns>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public IDisposable LockSearch(string model, string fingerprint, CancellationToken cancellation) =>
        local.LockSearch(fingerprint, () => task.Print($"abs: {model}: another build is searching for this plan; waiting for it"), cancellation);
}
