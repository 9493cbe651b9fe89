using System.Diagnostics;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports;
using AbsBuildTasks.Tasks;

namespace AbsBuildTasks.Caching;

/// <summary>The caches a build takes plans from and gives plans to. Whatever is wrong with them is a warning.</summary>
/// <param name="local">The cache on this machine.</param>
/// <param name="remote">The cache it has with others, or null.</param>
/// <param name="task">Receives messages and warnings.</param>
internal sealed class BuildCache(PlanCache local, RemoteCache? remote, AbsTask task)
{
    private readonly RemoteLoss? _loss = remote is null ? null : RemoteLoss.Of(task.BuildEngine4, remote.Address);

    /// <summary>Takes a plan's files from a cache.</summary>
    /// <param name="model">The model.</param>
    /// <param name="hasSweep">Whether a sweep is among the files.</param>
    /// <param name="fingerprint">The plan's fingerprint.</param>
    /// <param name="folder">Receives the files; untouched where no cache has any.</param>
    /// <param name="isWanted">Told the plan's file: whether the plan may be taken.</param>
    /// <param name="cancellation">Stops fetching.</param>
    /// <returns>Whether a cache had those of a plan that may be taken.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public bool TryTake(string model, bool hasSweep, string fingerprint, string folder, Predicate<string> isWanted, CancellationToken cancellation)
    {
        if (TryTakeLocal(model, hasSweep, fingerprint, folder, isWanted))
        {
            return true;
        }

        var isHit = false;
        TryRemote(model, cache =>
        {
            var isFound = cache.TryGet(model, hasSweep, fingerprint, folder, cancellation);
            isHit = isFound && isWanted(PlanFile(model, folder));
            return isFound;
        });
        if (isHit)
        {
            StoreLocal(model, hasSweep, fingerprint, folder);
            task.Print($"abs: {model}: plan taken from the remote cache");
        }

        return isHit;
    }

    /// <summary>Takes a plan's files from the cache on this machine.</summary>
    /// <inheritdoc cref="TryTake"/>
    public bool TryTakeLocal(string model, bool hasSweep, string fingerprint, string folder, Predicate<string> isWanted)
    {
        var isFound = local.TryGet(fingerprint, model, folder, out var warning, hasSweep);
        if (warning is not null)
        {
            task.LogWarning(warning.Code, warning.Message);
        }

        var isHit = isFound && isWanted(PlanFile(model, folder));
        if (isHit)
        {
            task.Print($"abs: {model}: plan taken from the cache");
        }

        return isHit;
    }

    /// <summary>Gives a plan's files to the caches.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Store(string model, bool hasSweep, string fingerprint, string folder, CancellationToken cancellation)
    {
        StoreLocal(model, hasSweep, fingerprint, folder);
        var files = Files(model, hasSweep, folder);
        if (remote is not { IsReadOnly: false })
        {
            return;
        }

        if (remote.TooLong(files) is { } file)
        {
            task.Print($"abs: {model}: the plan is not stored in the remote cache, which takes no file of {Quantity.Bytes(new FileInfo(file).Length)} ({Path.GetFileName(file)})");
            return;
        }

        TryRemote(model, cache =>
        {
            cache.Put(fingerprint, files, cancellation);
            return true;
        });
    }

    /// <summary>Waits until no other build of this machine searches for the same plan.</summary>
    /// <returns>To be disposed after the search.</returns>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public IDisposable LockSearch(string model, string fingerprint, CancellationToken cancellation) =>
        local.LockSearch(fingerprint, () => task.Print($"abs: {model}: another build is searching for this plan; waiting for it"), cancellation);

    private static string PlanFile(string model, string folder) => Path.Combine(folder, model + CacheFiles.Plan);

    private static string[] Files(string model, bool hasSweep, string folder) => [.. CacheFiles.NamesOf(model, hasSweep).Select(name => Path.Combine(folder, name))];

    private void StoreLocal(string model, bool hasSweep, string fingerprint, string folder)
    {
        try
        {
            local.Put(fingerprint, Files(model, hasSweep, folder));
        }
        catch (AbsException exception) when (exception.Code == AbsCodes.CacheNotWritable)
        {
            task.LogWarning(exception.Code, exception.Message);
        }
    }

    private void TryRemote(string model, Func<RemoteCache, bool> isOfUse)
    {
        if (remote is null || _loss is not { IsKnown: false })
        {
            return;
        }

        var clock = Stopwatch.StartNew();
        try
        {
            if (isOfUse(remote))
            {
                return;
            }
        }
        catch (RemoteCacheException exception)
        {
            if (exception.Code == AbsCodes.RemoteCacheUnavailable)
            {
                GiveUp(exception.Message);
                return;
            }

            task.LogWarning(exception.Code, $"The remote cache {Printable.Escape(remote.Address)} has something wrong for '{model}', which was not used: {exception.Message}. Check who can write to it.");
        }

        // A wrong answer to one question says nothing about the next, but each may have kept the build for minutes.
        var wasted = _loss.Waste(clock.Elapsed);
        if (wasted > remote.MostWaste)
        {
            GiveUp(FormattableString.Invariant($"it took {wasted.TotalSeconds:0} seconds and gave no plan that can be used; check the server, and the connection to it"));
        }

        void GiveUp(string reason)
        {
            _loss.Record();
            task.LogWarning(AbsCodes.RemoteCacheUnavailable, $"The remote cache {Printable.Escape(remote.Address)} is not used in the rest of this build, as {reason}.");
        }
    }
}
