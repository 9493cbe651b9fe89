using AbsBuildTasks.Caching;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Tests.Infrastructure;

namespace AbsBuildTasks.Tests.Caching;

/// <summary>The caches of builds on several machines, with one server.</summary>
public abstract class BuildCacheTest : IDisposable
{
    /// <summary>The fingerprint of the plan that is stored.</summary>
    protected const string Key = SearchFiles.Fingerprint;

    private protected TemporaryFolder Folder { get; } = new();

    private protected CacheServer Server { get; } = new();

    /// <summary>What a build is told.</summary>
    private protected RecordingTask Log { get; set; } = new();

    /// <summary>Where the plan lies that is stored.</summary>
    private protected string In => Path.Combine(Folder.Path, "in");

    /// <summary>Where the plan goes that is taken.</summary>
    private protected string Out => Path.Combine(Folder.Path, "out");

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc cref="Dispose()" />
    protected virtual void Dispose(bool disposing)
    {
        Server.Dispose();
        Folder.Dispose();
    }

    /// <summary>Takes the plan.</summary>
    private protected bool TryTake(BuildCache cache) => cache.TryTake(SearchFiles.Model, alone: null, Key, Out, _ => true, out _, CancellationToken.None);

    /// <summary>Stores the plan.</summary>
    private protected void Store(BuildCache cache)
    {
        SearchFiles.Write(In);
        cache.Store(SearchFiles.Model, alone: null, Key, In, CancellationToken.None);
    }

    /// <summary>Uses the caches of a machine.</summary>
    private protected void Use(string machine, Action<BuildCache> use, string mode = "", string? token = null, RemoteLimits? limits = null)
    {
        var settings = RemoteSettings.Read(Server.Address, mode, name => name == "ABS_REMOTE_CACHE_TOKEN" ? token : null)!;
        using var remote = new RemoteCache(settings, limits ?? RemoteCacheSetup.Quick);
        use(new BuildCache(new PlanCache(Path.Combine(Folder.Path, machine)), Path.Combine(Folder.Path, machine), remote, Log));
    }
}
