using System.Diagnostics;
using System.Net;
using AbsBuildTasks.Caching;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Tests.Caching;

/// <summary>Servers that fail, refuse, drip, say nothing or send too much.</summary>
public sealed class RemoteServerFaultTests : IDisposable
{
    private readonly RemoteCacheSetup _setup = new();

    public void Dispose() => _setup.Dispose();

    [Fact]
    public void A_body_that_is_shorter_than_announced_is_a_failure()
    {
        _setup.Put();
        _setup.Server.Fault = async (context, end) =>
        {
            context.Response.ContentLength64 = 1000;
            await context.Response.OutputStream.WriteAsync(new byte[10], end);
            await context.Response.OutputStream.FlushAsync(end);
            context.Response.Abort();
            return true;
        };

        _setup.AssertRefused(AbsCodes.RemoteCacheUnavailable, "it cannot be reached (");
    }

    [Theory]
    [InlineData(RemoteCacheSetup.Entry)]
    [InlineData("/cas/")]
    public void A_body_without_end_is_cut_off(string path)
    {
        _setup.Put();
        _setup.Server.Fault = async (context, end) =>
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

        _setup.AssertRefused(AbsCodes.RemoteCacheCorrupt, "it sent more than the ");
    }

    [Fact]
    public void An_announced_length_is_not_believed()
    {
        _setup.Put();
        _setup.Server.Fault = async (context, end) =>
        {
            context.Response.ContentLength64 = long.MaxValue;
            await context.Response.OutputStream.WriteAsync(new byte[2 * RemoteEntry.MaxLength], end);
            return true;
        };

        _setup.AssertRefused(AbsCodes.RemoteCacheCorrupt, "it sent more than the 65536 bytes there can be");
    }

    [Theory]
    [InlineData(401, "it asks for other credentials (401); set ABS_REMOTE_CACHE_USER and ABS_REMOTE_CACHE_PASSWORD, or ABS_REMOTE_CACHE_TOKEN, in the environment")]
    [InlineData(403, "it refuses (403); set AbsRemoteCacheMode=read-only where builds must not write, or give the credentials the right to")]
    [InlineData(204, "it answered with status 204; check the server, and that AbsRemoteCache is its address")]
    [InlineData(400, "it answered with status 400; check the server, and that AbsRemoteCache is its address")]
    public void A_refusal_is_final(int status, string message)
    {
        _setup.Server.FailWith(status);

        _setup.AssertRefused(AbsCodes.RemoteCacheUnavailable, message);
        Assert.Single(_setup.Server.Requests);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(408)]
    [InlineData(429)]
    public void A_passing_failure_is_tried_again_and_then_given_up(int status)
    {
        _setup.Server.FailWith(status);

        _setup.AssertRefused(AbsCodes.RemoteCacheUnavailable, $"it answered with status {status}; ");
        Assert.Equal(1 + RemoteCacheSetup.Quick.Retries, _setup.Server.Requests.Count);
    }

    [Fact]
    public void A_pause_that_the_server_asks_for_is_kept()
    {
        _setup.Put();
        _setup.Server.FailWith(503, times: 1, retryAfter: "1");
        var clock = Stopwatch.StartNew();

        Assert.True(_setup.TryGet());

        Assert.True(clock.Elapsed >= TimeSpan.FromSeconds(0.9), $"It was asked again after {clock.Elapsed}.");
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public void A_server_that_wants_to_be_left_alone_for_long_is_given_up(int status)
    {
        _setup.Server.FailWith(status, retryAfter: "1000");

        _setup.AssertRefused(AbsCodes.RemoteCacheUnavailable, $"it answered with status {status}; ");
        Assert.Single(_setup.Server.Requests);
    }

    [Fact]
    public void A_failure_that_passes_does_not_matter()
    {
        _setup.Server.FailWith(500, times: 2);
        _setup.Put();

        _setup.Server.FailWith(500, times: 2);
        Assert.True(_setup.TryGet());

        SearchFiles.AssertEqual(_setup.In, _setup.Out);
    }

    [Fact]
    public void A_part_that_came_before_a_failure_is_not_kept()
    {
        var files = _setup.Put();
        var left = 1;
        _setup.Server.Fault = async (context, end) =>
        {
            if (!context.Request.Url!.AbsolutePath.EndsWith(RemoteCacheSetup.HashOf(files[0]), StringComparison.Ordinal) || Interlocked.Decrement(ref left) < 0)
            {
                return false;
            }

            context.Response.ContentLength64 = 7;
            await context.Response.OutputStream.WriteAsync("wei"u8.ToArray(), end);
            await context.Response.OutputStream.FlushAsync(end);
            context.Response.Abort();
            return true;
        };

        Assert.True(_setup.TryGet());
        SearchFiles.AssertEqual(_setup.In, _setup.Out);
    }

    [Fact]
    public void A_redirect_is_not_followed()
    {
        using var other = new CacheServer();
        _setup.Server.Fault = (context, _) =>
        {
            context.Response.Redirect(other.Address);
            context.Response.Close();
            return Task.FromResult(true);
        };

        _setup.AssertRefused(AbsCodes.RemoteCacheUnavailable, "it redirects (302), which is not followed; set AbsRemoteCache to where the cache is");
        Assert.Empty(other.Requests);
    }

    [Fact]
    public void A_server_that_says_nothing_is_asked_once()
    {
        _setup.Server.Fault = async (_, end) =>
        {
            await Task.Delay(Timeout.Infinite, end);
            return true;
        };

        _setup.AssertRefused(AbsCodes.RemoteCacheUnavailable, "it took too long to answer; ", RemoteCacheSetup.Quick with { Silence = TimeSpan.FromSeconds(2) });

        // On a busy machine the server may not have seen even that.
        Assert.InRange(_setup.Server.Requests.Count, 0, 1);
    }

    [Fact]
    public void A_server_that_drips_is_given_up()
    {
        _setup.Server.Fault = async (context, end) =>
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

        _setup.AssertRefused(AbsCodes.RemoteCacheUnavailable, "it took too long to answer; ", RemoteCacheSetup.Quick with { Request = TimeSpan.FromMilliseconds(500), Speed = double.MaxValue });
    }

    [Fact]
    public void A_server_that_does_not_take_a_body_is_given_up()
    {
        var files = SearchFiles.Write(_setup.In, new string('w', 20_000_000));
        _setup.Server.Fault = async (_, end) =>
        {
            await Task.Delay(Timeout.Infinite, end);
            return true;
        };
        using var cache = RemoteCacheSetup.Open(_setup.Server.Address, RemoteCacheSetup.Quick with { Silence = TimeSpan.FromMilliseconds(300) });

        var error = Assert.Throws<RemoteCacheException>(() => cache.Put(RemoteCacheSetup.Key, files, CancellationToken.None));

        Assert.StartsWith("it took too long to answer; ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_there_is_a_failure()
    {
        using var cache = RemoteCacheSetup.Open(CacheServer.DeadAddress());

        var error = Assert.Throws<RemoteCacheException>(() => cache.TryGet(SearchFiles.Model, alone: null, RemoteCacheSetup.Key, _setup.Out, CancellationToken.None));

        Assert.Equal(AbsCodes.RemoteCacheUnavailable, error.Code);
        Assert.StartsWith("it cannot be reached (", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fetching_can_be_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        _setup.Server.Fault = async (_, end) =>
        {
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.Infinite, end);
            return true;
        };
        using var cache = RemoteCacheSetup.Open(_setup.Server.Address);

        Assert.ThrowsAny<OperationCanceledException>(() => cache.TryGet(SearchFiles.Model, alone: null, RemoteCacheSetup.Key, _setup.Out, cancellation.Token));
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(128 * 1024, 31)]
    [InlineData(10 << 20, 110)]
    [InlineData(ResultFile.LargestLength, 600)]
    public void A_long_body_has_more_time_but_not_for_ever(long length, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), new RemoteLimits().RequestOf(length));
}
