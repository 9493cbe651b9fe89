using AbsBuildTasks.Caching;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Tests.Caching;

public sealed class NginxTests : IDisposable
{
    private const string Key = SearchFiles.Fingerprint;

    private readonly TemporaryFolder _folder = new();
    private NginxServer? _server;

    private NginxServer Server => _server ??= new();

    private string In => Path.Combine(_folder.Path, "in");

    private string Out => Path.Combine(_folder.Path, "out");

    public void Dispose()
    {
        _server?.Dispose();
        _folder.Dispose();
    }

    [NginxFact]
    public void A_miss_then_a_hit_byte_for_byte()
    {
        var files = SearchFiles.Write(In, new string('w', 3_000_000));
        using var cache = Open("hush-hush");

        Assert.False(TryGet(cache, Out));
        cache.Put(Key, files, CancellationToken.None);
        cache.Put(Key, files, CancellationToken.None);

        Assert.True(TryGet(cache, Out));
        SearchFiles.AssertEqual(In, Out);
    }

    [NginxFact]
    public void Without_the_password_a_build_reads_and_does_not_write()
    {
        var files = SearchFiles.Write(In, new string('w', 3_000_000));
        using var writer = Open("hush-hush");
        writer.Put(Key, files, CancellationToken.None);

        foreach (var password in new[] { null, "wrong" })
        {
            using var reader = Open(password);
            Assert.True(TryGet(reader, Path.Combine(_folder.Path, password ?? "none")));
            var error = Assert.Throws<RemoteCacheException>(() => reader.Put(Key, files, CancellationToken.None));
            Assert.Equal(AbsCodes.RemoteCacheUnavailable, error.Code);
            Assert.StartsWith("it asks for other credentials (401)", error.Message, StringComparison.Ordinal);
        }
    }

    [NginxFact]
    public void What_was_changed_on_the_server_is_refused()
    {
        using var cache = Open("hush-hush");
        cache.Put(Key, SearchFiles.Write(In), CancellationToken.None);
        foreach (var content in Directory.GetFiles(Server.File("cas")))
        {
            File.AppendAllText(content, " ");
        }

        Assert.Equal(AbsCodes.RemoteCacheCorrupt, Assert.Throws<RemoteCacheException>(() => TryGet(cache, Out)).Code);

        foreach (var content in Directory.GetFiles(Server.File("cas")))
        {
            File.WriteAllText(content, "");
        }

        Assert.Equal(AbsCodes.RemoteCacheCorrupt, Assert.Throws<RemoteCacheException>(() => TryGet(cache, Out)).Code);
    }

    [NginxFact]
    public async Task Writers_and_readers_of_one_search_do_not_disturb_each_other()
    {
        var files = SearchFiles.Write(In, new string('w', 1_000_000));
        using var first = Open("hush-hush");
        first.Put(Key, files, CancellationToken.None);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Run(() =>
        {
            using var cache = Open("hush-hush");
            for (var i = 0; i < 10; i++)
            {
                if (worker % 2 == 0)
                {
                    cache.Put(Key, files, CancellationToken.None);
                }
                else
                {
                    Assert.True(TryGet(cache, Path.Combine(_folder.Path, $"out{worker}")));
                }
            }
        })));

        Assert.True(TryGet(first, Out));
        SearchFiles.AssertEqual(In, Out);
    }

    private static bool TryGet(RemoteCache cache, string folder) => cache.TryGet(SearchFiles.Model, alone: null, Key, folder, CancellationToken.None);

    private RemoteCache Open(string? password) => new(
        RemoteSettings.Read(Server.Address, "", name => name switch
        {
            "ABS_REMOTE_CACHE_USER" when password is not null => "builder",
            "ABS_REMOTE_CACHE_PASSWORD" => password,
            _ => null,
        })!,
        new());
}
