using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Cli.Serving;

/// <summary>Gives one page and its script to the browsers of this machine, and nothing to anybody else.</summary>
/// <remarks>
/// It listens at 127.0.0.1 alone, so no other machine reaches it. A page of another site could have its name lead to this
/// address (DNS rebinding): so a request must name the address itself. Nothing can be changed through it.
/// </remarks>
internal sealed class WatchServer : IDisposable
{
    private const int Attempts = 10;
    private const string ScriptPath = "/" + WatchPage.ScriptName;

    private readonly HttpListener _listener;
    private readonly string _host;
    private readonly Func<string> _page;

    private WatchServer(HttpListener listener, string host, Func<string> page)
    {
        (_listener, _host, _page) = (listener, host, page);
        _ = Task.Run(AnswerAsync);
    }

    /// <summary>The page's address.</summary>
    public string Address => $"http://{_host}/";

    /// <summary>Begins to listen.</summary>
    /// <param name="port">The port; null for any that is free.</param>
    /// <param name="page">Makes the page as it is now.</param>
    /// <exception cref="AbsException">ABS1055: the port cannot be had.</exception>
    public static WatchServer Start(int? port, Func<string> page)
    {
        for (var attempt = 1; ; attempt++)
        {
            var host = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port ?? FreePort()}");
#pragma warning disable CA2000 // The server disposes of it.
            var listener = new HttpListener();
#pragma warning restore CA2000
            try
            {
                listener.Prefixes.Add($"http://{host}/");
                listener.Start();
                return new(listener, host, page);
            }
            catch (HttpListenerException exception)
            {
                listener.Close();

                // Another process may take the port between the question and the answer.
                if (port is not null || attempt == Attempts)
                {
                    throw new AbsException(AbsCodes.PortNotFree, $"Nothing can be served at {host}: {exception.Message.TrimEnd('.')}. Name another --port, or none for any that is free.", exception);
                }
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _listener.Close();

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task AnswerAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                Answer(await _listener.GetContextAsync().ConfigureAwait(false));
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
            {
                // A browser that went away, or the end.
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var status = StatusOf(request);
        response.StatusCode = (int)status;
        response.Headers["Cache-Control"] = "no-store";
        response.Headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["X-Content-Type-Options"] = "nosniff";
        if (status == HttpStatusCode.MethodNotAllowed)
        {
            response.Headers["Allow"] = "GET, HEAD";
        }

        var isScript = request.Url?.AbsolutePath == ScriptPath;
        var content = status != HttpStatusCode.OK ? [] : Encoding.UTF8.GetBytes(isScript ? WatchPage.Script : _page());
        response.ContentType = isScript ? "text/javascript; charset=utf-8" : "text/html; charset=utf-8";
        response.ContentLength64 = content.Length;
        response.Close(request.HttpMethod == "HEAD" ? [] : content, willBlock: false);
    }

    private HttpStatusCode StatusOf(HttpListenerRequest request) =>
        request.Headers["Host"] != _host ? HttpStatusCode.MisdirectedRequest
        : request.HttpMethod is not ("GET" or "HEAD") ? HttpStatusCode.MethodNotAllowed
        : request.Url?.AbsolutePath is not ("/" or ScriptPath) ? HttpStatusCode.NotFound
        : HttpStatusCode.OK;
}
