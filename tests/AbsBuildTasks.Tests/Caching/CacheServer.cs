using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AbsBuildTasks.Tests.Caching;

/// <summary>An HTTP cache in this process, which can be told to fail.</summary>
internal sealed class CacheServer : IDisposable
{
    private const int Attempts = 10;

    private readonly CancellationTokenSource _end = new();
    private HttpListener _listener = new();

    public CacheServer()
    {
        // Another process may take the port between the question and the answer.
        for (var attempt = 1; !TryStart(FreePort()); attempt++)
        {
            Assert.True(attempt < Attempts, "No port is free.");
        }

        _ = Task.Run(ListenAsync);
    }

    public string Address { get; private set; } = "";

    /// <summary>What is stored, by path.</summary>
    public ConcurrentDictionary<string, byte[]> Stored { get; } = new();

    /// <summary>The requests that came, such as <c>GET /ac/01…</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>The <c>Authorization</c> headers that came, empty for none.</summary>
    public ConcurrentQueue<string> Credentials { get; } = new();

    /// <summary>Answers a request in the server's place; false where the server is to answer.</summary>
    public Func<HttpListenerContext, CancellationToken, Task<bool>> Fault { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>An address at which nothing listens.</summary>
    public static string DeadAddress() => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}/");

    /// <summary>Answers with a status for the next so many requests.</summary>
    public void FailWith(int status, int times = int.MaxValue, string? retryAfter = null)
    {
        var left = times;
        Fault = (context, _) =>
        {
            if (Interlocked.Decrement(ref left) < 0)
            {
                return Task.FromResult(false);
            }

            context.Response.StatusCode = status;
            if (retryAfter is not null)
            {
                context.Response.Headers["Retry-After"] = retryAfter;
            }

            context.Response.Close();
            return Task.FromResult(true);
        };
    }

    public void Dispose()
    {
        _end.Cancel();
        _listener.Close();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private bool TryStart(int port)
    {
        try
        {
            Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/");
            _listener.Prefixes.Add(Address);
            _listener.Start();
            return true;
        }
        catch (HttpListenerException)
        {
            _listener = new();
            return false;
        }
    }

    private async Task ListenAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            var context = await _listener.GetContextAsync();
            _ = Task.Run(() => AnswerAsync(context));
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var path = context.Request.Url!.AbsolutePath;
        Requests.Enqueue($"{context.Request.HttpMethod} {path}");
        Credentials.Enqueue(context.Request.Headers["Authorization"] ?? "");
        if (await Fault(context, _end.Token))
        {
            return;
        }

        if (context.Request.HttpMethod == "PUT")
        {
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            Stored[path] = body.ToArray();
            context.Response.StatusCode = (int)HttpStatusCode.Created;
            context.Response.Close();
        }
        else if (Stored.TryGetValue(path, out var stored))
        {
            context.Response.Close(stored, willBlock: true);
        }
        else
        {
            context.Response.StatusCode = (int)HttpStatusCode.NotFound;
            context.Response.Close();
        }
    }
}
