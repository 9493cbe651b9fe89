using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AbsBuildTasks.Tests.Followers;

/// <summary>Plays the collector of telemetry: keeps what is posted to it.</summary>
internal sealed class Collector : IDisposable
{
    private const int Attempts = 10;

    private HttpListener _listener = new();

    public Collector(int status = 200)
    {
        // Another process may take the port between the question and the answer.
        for (var attempt = 1; !TryStart(FreePort()); attempt++)
        {
            Assert.True(attempt < Attempts, "No port is free.");
        }

        _ = Task.Run(async () =>
        {
            while (_listener.IsListening)
            {
                var context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                Posted.Enqueue((context.Request.HttpMethod + " " + context.Request.Url!.AbsolutePath, context.Request.ContentType ?? "", context.Request.Headers["api-key"] ?? "", body.ToArray()));
                context.Response.StatusCode = status;
                context.Response.Close();
            }
        });
    }

    public string Address { get; private set; } = "";

    public ConcurrentQueue<(string Line, string ContentType, string Key, byte[] Body)> Posted { get; } = [];

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public byte[][] To(string path) => [.. Posted.Where(each => each.Line == "POST " + path).Select(each => each.Body)];

    public void Dispose() => _listener.Close();

    private bool TryStart(int port)
    {
        Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        try
        {
            _listener = new HttpListener { Prefixes = { Address + "/" } };
            _listener.Start();
            return true;
        }
        catch (HttpListenerException)
        {
            return false;
        }
    }
}
