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
internal sealed class StageFiles(BuildCache cache, string model, string folder, StageKeys keys, string device)
{
    private readonly Dictionary<string, DateTime> _before = [];

    /// <summary>Takes from the caches what <c>obj</c> does not have.</summary>
    /// <param name="mayTake">Whether an earlier result is wanted at all.</param>
    /// <param name="cancellation">Stops fetching.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Begin(bool mayTake, CancellationToken cancellation)
    {
        foreach (var (stage, key, path) in Stages())
        {
            if (mayTake && !File.Exists(path))
            {
                In(stage, gathered => Take(stage, key, path, gathered, cancellation));
            }

            if (File.Exists(path))
            {
                _before[path] = File.GetLastWriteTimeUtc(path);
            }
        }
    }

    /// <summary>Gives the caches what the search has made.</summary>
    /// <param name="cancellation">Stops storing.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void End(CancellationToken cancellation)
    {
        foreach (var (stage, key, path) in Stages().Where(each => File.Exists(each.Path) && !(_before.TryGetValue(each.Path, out var time) && time == File.GetLastWriteTimeUtc(each.Path))))
        {
            In(stage, gathered =>
            {
                File.Copy(path, Path.Combine(gathered, NameOf(stage)));
                cache.StoreStage(model, stage.Title, CacheKey(stage, key), gathered, cancellation);
            });
        }
    }

    private static string NameOf(SearchStage stage) => stage.Title + ResultFile.Stage.Suffix;

    private void Take(SearchStage stage, string key, string path, string gathered, CancellationToken cancellation)
    {
        if (cache.TryTakeStage(model, stage.Title, CacheKey(stage, key), gathered, cancellation))
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
        SearchStage.All.Where(stage => keys.Of(stage) is not null).Select(stage => (stage, keys.Of(stage)!, Path.Combine(folder, stage.FileOf(keys.Of(stage)!))));

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
