using System.Globalization;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Text;
using AbsBuildTasks.State;

namespace AbsBuildTasks.Caching;

/// <summary>
/// What the stages of a model's searches came to, in <c>obj</c>: what is missing there comes from the caches before a
/// search, and what a search made anew goes to them. What cannot be read or written is a warning: it costs time, never a build.
/// </summary>
/// <param name="cache">The caches.</param>
/// <param name="model">The model, for messages.</param>
/// <param name="folder">The model's folder of stages; need not exist.</param>
/// <param name="keys">The hashes of what the search's stages depend on.</param>
/// <param name="device">Where the search runs, as its property says.</param>
internal sealed class StageFiles(BuildCache cache, string model, string folder, StageKeys keys, string device) : IDisposable
{
    private readonly Dictionary<string, DateTime> _inCaches = [];
    private readonly Dictionary<SearchStage, IDisposable> _held = [];

    /// <summary>Removes from <c>obj</c> what a model's stages came to, but for those of one search: what others began with lies in the caches. Of a stage without a hash nothing is left.</summary>
    /// <param name="folder">The model's folder of stages; need not exist.</param>
    /// <param name="keys">The hashes of what that search's stages depend on.</param>
    public static void RemoveOthers(string folder, StageKeys keys)
    {
        try
        {
            OwnFolder.RequireNoLink(folder);
            foreach (var stage in SearchStage.All.Where(_ => Directory.Exists(folder)))
            {
                var kept = keys.Of(stage) is { } key ? stage.FileOf(key) : null;
                foreach (var file in Directory.GetFiles(folder, "*" + stage.Ending).Where(file => Path.GetFileName(file) != kept))
                {
                    File.Delete(file);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next build removes it.
        }
    }

    /// <summary>Takes from the caches what <c>obj</c> does not have, and waits for a stage that another search is at; what is then still missing, no other search begins until this one has it.</summary>
    /// <remarks>
    /// Who has a stage waits only for later ones, and all take them in the order in which they run: so there is no circle of
    /// searches that wait for each other. A lock is an open file: where its process dies, another search takes its place.
    /// </remarks>
    /// <param name="afresh">The first stage of which no earlier result is wanted; null for none.</param>
    /// <param name="away">Waits for something.</param>
    /// <param name="cancellation">Stops fetching, and waiting.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Begin(SearchStage? afresh, Func<Func<IDisposable>, IDisposable> away, CancellationToken cancellation)
    {
        foreach (var (stage, key, path) in Stages())
        {
            if (!stage.IsFrom(afresh) && !File.Exists(path))
            {
                In(stage, gathered => Take(stage, key, path, gathered, cancellation));
                if (!File.Exists(path))
                {
                    Hold(stage, key, path, away, cancellation);
                }
            }

            if (File.Exists(path))
            {
                _inCaches[path] = File.GetLastWriteTimeUtc(path);
            }
        }
    }

    /// <summary>Gives the caches what the search has made by now, and lets searches go on that wait for it, as soon as the cache on this machine has it.</summary>
    /// <remarks>Any thread may call it while the search runs: nothing of the build is touched but what cares for threads.</remarks>
    /// <param name="phase">The phase that the search is in; null where that is not known.</param>
    /// <param name="cancellation">Stops storing. That is no failure here: it is for the search that reports to stop.</param>
    public void Publish(string? phase, CancellationToken cancellation)
    {
        foreach (var (stage, key, path) in Stages().Where(each => _held.ContainsKey(each.Stage)).ToArray())
        {
            if (File.Exists(path))
            {
                TryStore(stage, key, path, cancellation);
            }
            else if (!stage.IsBefore(phase))
            {
                continue;
            }

            // Also where the stage is over and was not kept, or cannot be stored.
            Release(stage);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var stage in _held.Keys.ToArray())
        {
            Release(stage);
        }
    }

    /// <summary>Gives the caches what the search has made.</summary>
    /// <param name="cancellation">Stops storing.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void End(CancellationToken cancellation)
    {
        foreach (var (stage, key, path) in Stages().Where(each => File.Exists(each.Path) && !(_inCaches.TryGetValue(each.Path, out var time) && time == File.GetLastWriteTimeUtc(each.Path))))
        {
            Store(stage, key, path, cancellation);
        }
    }

    /// <summary>Where <c>obj</c> has what a stage comes to, once that is made; null for one that is the search's alone.</summary>
    public string? PathOf(SearchStage stage) => keys.Of(stage) is { } key ? Path.Combine(folder, stage.FileOf(key)) : null;

    private static string NameOf(SearchStage stage) => stage.Title + ResultFile.Stage.Suffix;

    private void Hold(SearchStage stage, string key, string path, Func<Func<IDisposable>, IDisposable> away, CancellationToken cancellation)
    {
        var held = away(() => cache.LockStage(model, stage.Title, CacheKey(stage, key), cancellation));
        _held[stage] = held;
        In(stage, gathered => Take(stage, key, path, gathered, cancellation, isLocal: true));
        if (File.Exists(path))
        {
            Release(stage);
        }
    }

    private void Release(SearchStage stage)
    {
        if (_held.TryGetValue(stage, out var held))
        {
            held.Dispose();
            _ = _held.Remove(stage);
        }
    }

    private void TryStore(SearchStage stage, string key, string path, CancellationToken cancellation)
    {
        try
        {
            Store(stage, key, path, cancellation);
        }
        catch (OperationCanceledException)
        {
            // Whoever follows the search sees it, too, and has it stop.
        }
    }

    private void Store(SearchStage stage, string key, string path, CancellationToken cancellation)
    {
        In(stage, gathered =>
        {
            File.Copy(path, Path.Combine(gathered, NameOf(stage)));
            cache.StoreStage(model, stage.Title, CacheKey(stage, key), gathered, () => Release(stage), cancellation);
        });
        _inCaches[path] = File.GetLastWriteTimeUtc(path);
    }

    private void Take(SearchStage stage, string key, string path, string gathered, CancellationToken cancellation, bool isLocal = false)
    {
        if (cache.TryTakeStage(model, stage.Title, CacheKey(stage, key), gathered, cancellation, isLocal))
        {
            AtomicFile.MoveOver(Path.Combine(gathered, NameOf(stage)), path);
        }
    }

    // On the same file system as where it goes.
    private void In(SearchStage stage, Action<string> use)
    {
        try
        {
            OwnFolder.RequireNoLink(folder);
            var gathered = GatheringFolder.Create(folder);
            try
            {
                use(gathered);
            }
            finally
            {
                Directory.Delete(gathered, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            cache.WarnOfStage(model, stage.Title, exception);
        }
    }

    private IEnumerable<(SearchStage Stage, string Key, string Path)> Stages() =>
        SearchStage.All.Where(stage => keys.Of(stage) is not null).Select(stage => (stage, keys.Of(stage)!, PathOf(stage)!));

    /// <summary>
    /// Sums are taken in another order by other numbers of threads: so machines of one kind share, and what the file says of
    /// itself decides in the end.
    /// </summary>
    private string CacheKey(SearchStage stage, string key)
    {
        string[] parts = ["abs-stage 1", stage.Title, key, device, Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture), Environment.GetEnvironmentVariable("OMP_NUM_THREADS") ?? "", Environment.GetEnvironmentVariable("MKL_NUM_THREADS") ?? ""];
        return ContentHash.Of(string.Join("\n", parts));
    }
}
