using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Build.Tests.Harness;

/// <summary>An HTTP server that keeps what is put or posted, and gives it back.</summary>
internal sealed class StoringServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, byte[]> _stored = new();

    public StoringServer()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
        }

        _listener.Prefixes.Add(Address);
        _listener.Start();
        _ = Task.Run(ListenAsync);
    }

    public string Address { get; }

    /// <summary>Where something was put.</summary>
    public IEnumerable<string> Paths => _stored.Keys;

    public void Dispose() => _listener.Close();

    private async Task ListenAsync()
    {
        while (_listener.IsListening)
        {
            await AnswerAsync(await _listener.GetContextAsync());
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var path = context.Request.Url!.AbsolutePath;
        if (context.Request.HttpMethod is "PUT" or "POST")
        {
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            _stored[path] = body.ToArray();
            context.Response.Close();
        }
        else if (_stored.TryGetValue(path, out var stored))
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
