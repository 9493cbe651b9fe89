using System.Net;
using AbsBuildTasks.Caching;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Tests.Caching;

public sealed class RemoteCacheTests : IDisposable
{
    private const string Key = SearchFiles.Fingerprint;
    private const string Entry = "/ac/" + Key;

    // Far apart, so that each test can tell which of the two ended its request.
    private static readonly RemoteLimits Quick = new() { Silence = TimeSpan.FromSeconds(20), Request = TimeSpan.FromSeconds(20), RetryPause = TimeSpan.FromMilliseconds(1) };

    private readonly TemporaryFolder _folder = new();
    private readonly CacheServer _server = new();

    private string In => Path.Combine(_folder.Path, "in");

    private string Out => Path.Combine(_folder.Path, "out");

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_was_put_comes_out_byte_for_byte()
    {
        Put();

        Assert.True(TryGet());
        SearchFiles.AssertEqual(In, Out);
    }

    [Fact]
    public void A_sweep_is_among_the_files_of_a_model_that_has_one()
    {
        using var cache = Open(_server.Address);
        cache.Put(Key, SearchFiles.WriteWithSweep(In), CancellationToken.None);

        Assert.True(cache.TryGet(SearchFiles.Model, hasSweep: true, Key, Out, CancellationToken.None));

        SearchFiles.AssertEqual(In, Out);
    }

    [Fact]
    public void A_sweep_that_is_missing_or_not_wanted_or_of_another_search_is_refused()
    {
        using var cache = Open(_server.Address);
        Put();
        Refuses(hasSweep: true, "its entry is not one of 'digits'");
        cache.Put(Key, SearchFiles.WriteWithSweep(In), CancellationToken.None);
        Refuses(hasSweep: false, "its entry is not one of 'digits'");
        cache.Put(Key, SearchFiles.WriteWithSweep(In, new string('0', 64)), CancellationToken.None);
        Refuses(hasSweep: true, "its sweep is not valid, or one of another search");

        void Refuses(bool hasSweep, string message)
        {
            var error = Assert.Throws<RemoteCacheException>(() => cache.TryGet(SearchFiles.Model, hasSweep, Key, Out, CancellationToken.None));
            Assert.Equal((AbsCodes.RemoteCacheCorrupt, message), (error.Code, error.Message));
            AssertNothingCame();
        }
    }

    [Fact]
    public void Contents_are_put_under_their_hash_and_the_entry_last()
    {
        var files = Put();

        Assert.Equal([.. files.Select(file => $"PUT /cas/{HashOf(file)}"), $"PUT {Entry}"], _server.Requests);
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(file), _server.Stored["/cas/" + HashOf(file)]));
    }

    [Fact]
    public void A_cache_may_lie_below_a_path()
    {
        using var cache = Open(_server.Address + "teams/vision");

        Assert.False(cache.TryGet(SearchFiles.Model, hasSweep: false, Key, Out, CancellationToken.None));
        Assert.Equal([$"GET /teams/vision{Entry}"], _server.Requests);
    }

    [Fact]
    public void What_is_not_there_is_a_miss()
    {
        Assert.False(TryGet());

        Assert.Equal([$"GET {Entry}"], _server.Requests);
        Assert.False(Directory.Exists(Out));
    }

    [Fact]
    public void An_entry_whose_contents_the_server_dropped_is_a_miss()
    {
        var files = Put();
        _server.Stored.TryRemove("/cas/" + HashOf(files[1]), out _);

        Assert.False(TryGet());
        AssertNothingCame();
    }

    [Fact]
    public void Wrong_bytes_are_refused()
    {
        var files = Put();
        _server.Stored["/cas/" + HashOf(files[0])] = "WEIGHTS"u8.ToArray();

        AssertRefused(AbsCodes.RemoteCacheCorrupt, "its content of digits.weights.zip is not what was stored");
    }

    [Fact]
    public void A_body_that_is_shorter_than_announced_is_a_failure()
    {
        Put();
        _server.Fault = async (context, end) =>
        {
            context.Response.ContentLength64 = 1000;
            await context.Response.OutputStream.WriteAsync(new byte[10], end);
            await context.Response.OutputStream.FlushAsync(end);
            context.Response.Abort();
            return true;
        };

        AssertRefused(AbsCodes.RemoteCacheUnavailable, "it cannot be reached (");
    }

    [Fact]
    public void A_short_body_of_no_announced_length_is_refused()
    {
        var files = Put();
        _server.Stored["/cas/" + HashOf(files[0])] = "weigh"u8.ToArray();

        AssertRefused(AbsCodes.RemoteCacheCorrupt, "its content of digits.weights.zip is not what was stored");
    }

    [Theory]
    [InlineData(Entry)]
    [InlineData("/cas/")]
    public void A_body_without_end_is_cut_off(string path)
    {
        Put();
        _server.Fault = async (context, end) =>
        {
            if (!context.Request.Url!.AbsolutePath.StartsWith(path, StringComparison.Ordinal))
            {
                return false;
            }

            // Never says how long it is, and never ends of its own accord.
            context.Response.SendChunked = true;
            try
            {
                while (!end.IsCancellationRequested)
                {
                    await context.Response.OutputStream.WriteAsync(new byte[1 << 16], end);
                }
            }
            catch (Exception error) when (error is HttpListenerException or IOException or ObjectDisposedException)
            {
                // The client has had enough.
            }

            return true;
        };

        AssertRefused(AbsCodes.RemoteCacheCorrupt, "it sent more than the ");
    }

    [Fact]
    public void An_announced_length_is_not_believed()
    {
        Put();
        _server.Fault = async (context, end) =>
        {
            context.Response.ContentLength64 = long.MaxValue;
            await context.Response.OutputStream.WriteAsync(new byte[2 * RemoteEntry.MaxLength], end);
            return true;
        };

        AssertRefused(AbsCodes.RemoteCacheCorrupt, "it sent more than the 65536 bytes there can be");
    }

    [Theory]
    [InlineData(401, "it asks for other credentials (401); set ABS_REMOTE_CACHE_USER and ABS_REMOTE_CACHE_PASSWORD, or ABS_REMOTE_CACHE_TOKEN, in the environment")]
    [InlineData(403, "it refuses (403); set AbsRemoteCacheMode=read-only where builds must not write, or give the credentials the right to")]
    [InlineData(204, "it answered with status 204; check the server, and that AbsRemoteCache is its address")]
    [InlineData(400, "it answered with status 400; check the server, and that AbsRemoteCache is its address")]
    public void A_refusal_is_final(int status, string message)
    {
        _server.FailWith(status);

        AssertRefused(AbsCodes.RemoteCacheUnavailable, message);
        Assert.Single(_server.Requests);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(408)]
    [InlineData(429)]
    public void A_passing_failure_is_tried_again_and_then_given_up(int status)
    {
        _server.FailWith(status);

        AssertRefused(AbsCodes.RemoteCacheUnavailable, $"it answered with status {status}; ");
        Assert.Equal(1 + Quick.Retries, _server.Requests.Count);
    }

    [Fact]
    public void A_failure_that_passes_does_not_matter()
    {
        _server.FailWith(500, times: 2);
        Put();

        _server.FailWith(500, times: 2);
        Assert.True(TryGet());

        SearchFiles.AssertEqual(In, Out);
    }

    [Fact]
    public void A_part_that_came_before_a_failure_is_not_kept()
    {
        var files = Put();
        var left = 1;
        _server.Fault = async (context, end) =>
        {
            if (!context.Request.Url!.AbsolutePath.EndsWith(HashOf(files[0]), StringComparison.Ordinal) || Interlocked.Decrement(ref left) < 0)
            {
                return false;
            }

            context.Response.ContentLength64 = 7;
            await context.Response.OutputStream.WriteAsync("wei"u8.ToArray(), end);
            await context.Response.OutputStream.FlushAsync(end);
            context.Response.Abort();
            return true;
        };

        Assert.True(TryGet());
        SearchFiles.AssertEqual(In, Out);
    }

    [Fact]
    public void A_redirect_is_not_followed()
    {
        using var other = new CacheServer();
        _server.Fault = (context, _) =>
        {
            context.Response.Redirect(other.Address);
            context.Response.Close();
            return Task.FromResult(true);
        };

        AssertRefused(AbsCodes.RemoteCacheUnavailable, "it redirects (302), which is not followed; set AbsRemoteCache to where the cache is");
        Assert.Empty(other.Requests);
    }

    [Fact]
    public void A_server_that_says_nothing_is_asked_once()
    {
        _server.Fault = async (_, end) =>
        {
            await Task.Delay(Timeout.Infinite, end);
            return true;
        };

        AssertRefused(AbsCodes.RemoteCacheUnavailable, "it took too long to answer; ", Quick with { Silence = TimeSpan.FromMilliseconds(200) });
        Assert.Single(_server.Requests);
    }

    [Fact]
    public void A_server_that_drips_is_given_up()
    {
        _server.Fault = async (context, end) =>
        {
            context.Response.SendChunked = true;
            try
            {
                while (true)
                {
                    await context.Response.OutputStream.WriteAsync(new byte[1], end);
                    await context.Response.OutputStream.FlushAsync(end);
                    await Task.Delay(10, end);
                }
            }
            catch (Exception error) when (error is HttpListenerException or IOException or ObjectDisposedException)
            {
                return true;
            }
        };

        AssertRefused(AbsCodes.RemoteCacheUnavailable, "it took too long to answer; ", Quick with { Request = TimeSpan.FromMilliseconds(500), Speed = double.MaxValue });
    }

    [Fact]
    public void A_server_that_does_not_take_a_body_is_given_up()
    {
        var files = SearchFiles.Write(In, new string('w', 20_000_000));
        _server.Fault = async (_, end) =>
        {
            await Task.Delay(Timeout.Infinite, end);
            return true;
        };
        using var cache = Open(_server.Address, Quick with { Silence = TimeSpan.FromMilliseconds(300) });

        var error = Assert.Throws<RemoteCacheException>(() => cache.Put(Key, files, CancellationToken.None));

        Assert.StartsWith("it took too long to answer; ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_there_is_a_failure()
    {
        using var cache = Open(CacheServer.DeadAddress());

        var error = Assert.Throws<RemoteCacheException>(() => cache.TryGet(SearchFiles.Model, hasSweep: false, Key, Out, CancellationToken.None));

        Assert.Equal(AbsCodes.RemoteCacheUnavailable, error.Code);
        Assert.StartsWith("it cannot be reached (", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fetching_can_be_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        _server.Fault = async (_, end) =>
        {
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.Infinite, end);
            return true;
        };
        using var cache = Open(_server.Address);

        Assert.ThrowsAny<OperationCanceledException>(() => cache.TryGet(SearchFiles.Model, hasSweep: false, Key, Out, cancellation.Token));
    }

    [Theory]
    [InlineData("garbage", "its entry cannot be read")]
    [InlineData("", "its entry is not one of 'digits'")]
    [InlineData("<html>404</html>", "its entry cannot be read")]
    [InlineData("{\"version\": 1, \"files\": []}", "its entry cannot be read")]
    public void An_entry_that_is_none_is_refused(string text, string message)
    {
        _server.Stored[Entry] = System.Text.Encoding.ASCII.GetBytes(text);

        AssertRefused(AbsCodes.RemoteCacheCorrupt, message);
    }

    [Fact]
    public void The_plan_of_another_search_is_refused()
    {
        Put(SamplePlan.Digits with { Fingerprint = new('0', 64) });

        AssertRefused(AbsCodes.RemoteCacheCorrupt, "its plan has another fingerprint");
    }

    [Fact]
    public void The_plan_of_another_model_is_refused()
    {
        Put(SamplePlan.Digits with { Model = "letters" });

        AssertRefused(AbsCodes.RemoteCacheCorrupt, "its plan is one of another model");
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(128 * 1024, 31)]
    [InlineData(10 << 20, 110)]
    [InlineData(RemoteEntry.MaxContentLength, 600)]
    public void A_long_body_has_more_time_but_not_for_ever(long length, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), new RemoteLimits().RequestOf(length));

    private static string HashOf(string file)
    {
        using var stream = File.OpenRead(file);
        return ContentHash.Of(stream);
    }

    private static RemoteCache Open(string address, RemoteLimits? limits = null) => new(RemoteSettings.Read(address, "", _ => null)!, limits ?? Quick);

    private string[] Put(Plans.Documents.CompressionPlan? plan = null)
    {
        var files = SearchFiles.Write(In, plan: plan);
        using var cache = Open(_server.Address);
        cache.Put(Key, files, CancellationToken.None);
        return files;
    }

    private bool TryGet()
    {
        using var cache = Open(_server.Address);
        return cache.TryGet(SearchFiles.Model, hasSweep: false, Key, Out, CancellationToken.None);
    }

    private void AssertRefused(string code, string message, RemoteLimits? limits = null)
    {
        using var cache = Open(_server.Address, limits);
        _server.Requests.Clear();

        var error = Assert.Throws<RemoteCacheException>(() => cache.TryGet(SearchFiles.Model, hasSweep: false, Key, Out, CancellationToken.None));

        Assert.Equal(code, error.Code);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        AssertNothingCame();
    }

    private void AssertNothingCame() => Assert.Empty(Directory.Exists(Out) ? Directory.EnumerateFileSystemEntries(Out) : []);
}
