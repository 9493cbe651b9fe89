using AbsBuildTasks.Caching;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Tests.Caching;

/// <summary>A remote cache before a server whose answers a test sets, with a folder to put from and one to get into.</summary>
internal sealed class RemoteCacheSetup : IDisposable
{
    public const string Key = SearchFiles.Fingerprint;
    public const string Entry = "/ac/" + Key;

    // Limits that no test meets, however busy the machine is, but by setting one of them.
    public static readonly RemoteLimits Quick = new()
    {
        Silence = Patience.Long,
        Request = Patience.Long,
        Longest = Patience.Long,
        Waste = Patience.Long,
        RetryPause = TimeSpan.FromMilliseconds(1),
    };

    private readonly TemporaryFolder _folder = new();

    public CacheServer Server { get; } = new();

    public string In => Path.Combine(_folder.Path, "in");

    public string Out => Path.Combine(_folder.Path, "out");

    public void Dispose()
    {
        Server.Dispose();
        _folder.Dispose();
    }

    public static string HashOf(string file)
    {
        using var stream = File.OpenRead(file);
        return ContentHash.Of(stream);
    }

    public static RemoteCache Open(string address, RemoteLimits? limits = null) => new(RemoteSettings.Read(address, "", _ => null)!, limits ?? Quick);

    public string[] Put(Plans.Documents.CompressionPlan? plan = null)
    {
        var files = SearchFiles.Write(In, plan: plan);
        using var cache = Open(Server.Address);
        cache.Put(Key, files, CancellationToken.None);
        return files;
    }

    public bool TryGet()
    {
        using var cache = Open(Server.Address);
        return cache.TryGet(SearchFiles.Model, alone: null, Key, Out, CancellationToken.None);
    }

    public void AssertRefused(string code, string message, RemoteLimits? limits = null)
    {
        using var cache = Open(Server.Address, limits);
        Server.Requests.Clear();

        var error = Assert.Throws<RemoteCacheException>(() => cache.TryGet(SearchFiles.Model, alone: null, Key, Out, CancellationToken.None));

        Assert.Equal(code, error.Code);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        AssertNothingCame();
    }

    public void AssertNothingCame() => Assert.Empty(Directory.Exists(Out) ? Directory.EnumerateFileSystemEntries(Out) : []);
}
