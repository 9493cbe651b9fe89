using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AbsBuildTasks.Cli.Commands;
using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Cli.Serving;
using AbsBuildTasks.Cli.Tests.Infrastructure;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Cli.Tests;

/// <summary>The page of searches, as a browser gets it and as others do not.</summary>
public sealed class WatchServerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string State => _folder.File("P/obj/Debug/net10.0/abs/checkpoints/digits/0123");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_search_is_drawn_while_it_runs_and_after_it_has_ended()
    {
        Write(new SearchStarted("digits", 0.03, 4), Epoch("train", 1, null), new SearchReported("digits", new LayersEvent("search", 2, [new("conv<1>", 8, 4, 12)]), 2), Epoch("search", 2, 0.5));
        var held = FolderLock.TryTake(State, TimeSpan.Zero)!;
        using var end = new CancellationTokenSource();
        using var output = new LineWriter();
        var watching = Task.Run(() => AbsCommandLine.Run(["watch", _folder.Path, "--serve"], new CommandHost { Output = output, Error = output, IsTerminal = false, End = end.Token }));
        var address = (await output.FirstLine.Task).Split(' ').Single(word => word.StartsWith("http://127.0.0.1:", StringComparison.Ordinal));
        using var client = new HttpClient();

        var page = await Until(page => page.Contains("search 2/4", StringComparison.Ordinal));
        string[] charts = ["Loss", "top-1", "BOPs during the search", "Bits"];
        Assert.All(charts, chart => Assert.Contains($"<title>{chart}</title>", page, StringComparison.Ordinal));
        Assert.Contains("search 2/4 · 2 of 4 epochs · loss 0.25 · top-1 97.5 · BOPs 50.0% of 3%", page, StringComparison.Ordinal);
        Assert.Contains("conv&lt;1&gt;", page, StringComparison.Ordinal);
        Assert.Single(page.Split("<script").Skip(1));
        Assert.Contains("<script src=\"refresh.js\" defer=\"defer\"></script>", page, StringComparison.Ordinal);

        Write(Epoch("search", 3, 0.04), new SearchReported("digits", new DoneEvent(), 5));
        held.Dispose();
        page = await Until(page => page.Contains("done", StringComparison.Ordinal));
        Assert.Contains("BOPs 4.0% of 3%", page, StringComparison.Ordinal);

        await end.CancelAsync();
        Assert.Equal(0, await watching);

        async Task<string> Until(Func<string, bool> isThere)
        {
            while (true)
            {
                if (await client.GetStringAsync(new Uri(address)) is var read && isThere(read))
                {
                    return read;
                }

                await Task.Delay(20);
            }
        }
    }

    [Fact]
    public async Task It_is_given_to_who_asks_for_this_address_and_for_nothing_else()
    {
        using var server = WatchServer.Start(null, () => "<p>é</p>");
        var host = new Uri(server.Address).Authority;

        var page = await Ask(server, $"GET / HTTP/1.1\r\nHost: {host}\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", page, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n<p>é</p>", page, StringComparison.Ordinal);
        string[] headers = ["Cache-Control: no-store", "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'", "X-Content-Type-Options: nosniff", "Cross-Origin-Resource-Policy: same-origin"];
        Assert.All(headers, header => Assert.Contains("\r\n" + header, page, StringComparison.Ordinal));

        var head = await Ask(server, $"HEAD / HTTP/1.1\r\nHost: {host}\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", head, StringComparison.Ordinal);
        Assert.DoesNotContain("<p>", head, StringComparison.Ordinal);

        var script = await Ask(server, $"GET /refresh.js HTTP/1.1\r\nHost: {host}\r\n");
        Assert.Contains("\r\nContent-Type: text/javascript", script, StringComparison.Ordinal);
        Assert.Contains("setInterval(", script, StringComparison.Ordinal);

        string[] refused =
        [
            $"GET / HTTP/1.1\r\nHost: evil.example\r\n",
            $"GET / HTTP/1.1\r\nHost: evil.example:{new Uri(server.Address).Port}\r\n",
            $"GET / HTTP/1.1\r\nHost: localhost:{new Uri(server.Address).Port}\r\n",
            $"GET / HTTP/1.1\r\n",
            $"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n",
            $"GET /etc/passwd HTTP/1.1\r\nHost: {host}\r\n",
            $"GET /favicon.ico HTTP/1.1\r\nHost: {host}\r\n",
            $"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n",
            $"DELETE / HTTP/1.1\r\nHost: {host}\r\n",
            "nonsense\r\n",
        ];
        foreach (var request in refused)
        {
            var answer = await Ask(server, request);
            Assert.Matches(@"^(HTTP/1\.1 4\d\d |$)", answer);
            Assert.DoesNotContain("<p>é</p>", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void No_other_machine_reaches_it()
    {
        using var server = WatchServer.Start(null, () => "");
        var port = new Uri(server.Address).Port;

        var listening = System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(each => each.Port == port);

        Assert.All(listening, each => Assert.Equal(IPAddress.Loopback, each.Address));
    }

    [Fact]
    public void A_port_that_is_taken_is_told()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var run = CommandRun.Of("watch", _folder.Path, "--serve", "--port", port);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"error ABS1055: Nothing can be served at 127.0.0.1:{port}: ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--port must be from 1 to 65535.", "--serve", "--port", "0")]
    [InlineData("--port must be from 1 to 65535.", "--serve", "--port", "65536")]
    [InlineData("--port goes with --serve.", "--port", "8080")]
    public void Options_that_mean_nothing_are_refused(string problem, params string[] options)
    {
        var run = CommandRun.Of(["watch", _folder.Path, .. options]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
    }

    private static SearchReported Epoch(string phase, int done, double? bops) => new("digits", new ProgressEvent(phase, done, 4, 0.25, 97.5, bops, "top-1", done), done);

    private static async Task<string> Ask(WatchServer server, string request)
    {
        var address = new Uri(server.Address);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request + "Connection: close\r\n\r\n"));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }

    private void Write(params BuildEvent[] events)
    {
        Directory.CreateDirectory(State);
        File.AppendAllLines(FollowedEvents.PathIn(State), events.Select(BuildEventJson.Write));
    }

    /// <summary>Tells the first line as soon as it is there.</summary>
    private sealed class LineWriter : StringWriter
    {
        public TaskCompletionSource<string> FirstLine { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override void Flush() => FirstLine.TrySetResult(ToString());
    }
}
