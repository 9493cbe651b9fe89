using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AbsBuildTasks.Tests.Caching;

/// <summary>An nginx of a test's own, set up as docs/caching.md says: anybody reads, who has a password writes.</summary>
internal sealed class NginxServer : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    public NginxServer()
    {
        var port = FreePort();
        Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "data"));
        _folder.Write("password", "builder:{PLAIN}hush-hush\n");
        var configuration = _folder.Write("nginx.conf", $$"""
            {{(Environment.UserName == "root" ? "user root;" : "")}}
            daemon off;
            pid {{_folder.Path}}/pid;
            error_log {{_folder.Path}}/error.log;
            events { }
            http {
              access_log off;
              client_body_temp_path {{_folder.Path}}/body;
              proxy_temp_path {{_folder.Path}}/proxy;
              fastcgi_temp_path {{_folder.Path}}/fastcgi;
              uwsgi_temp_path {{_folder.Path}}/uwsgi;
              scgi_temp_path {{_folder.Path}}/scgi;
              server {
                listen 127.0.0.1:{{port}};
                root {{_folder.Path}}/data;
                client_max_body_size 0;
                location ~ "^/(ac|cas)/[0-9a-f]{64}$" {
                  dav_methods PUT;
                  create_full_put_path on;
                  limit_except GET HEAD {
                    auth_basic "cache";
                    auth_basic_user_file {{_folder.Path}}/password;
                  }
                }
                location / { return 404; }
              }
            }
            """);
        _process = Process.Start(new ProcessStartInfo(Program!, ["-c", configuration, "-e", Path.Combine(_folder.Path, "error.log")]))!;
        WaitUntilItListens(port);
    }

    /// <summary>Where the program is; null where it is not installed.</summary>
    public static string? Program { get; } = OperatingSystem.IsWindows() ? null : Array.Find(["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx", "/opt/homebrew/bin/nginx"], System.IO.File.Exists);

    public string Address { get; }

    /// <summary>The file in which a path's content is.</summary>
    public string File(string path) => Path.Combine(_folder.Path, "data", path);

    public void Dispose()
    {
        // The whole tree: the master's end by force would leave its workers.
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private void WaitUntilItListens(int port)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var client = new TcpClient("127.0.0.1", port);
                return;
            }
            catch (SocketException) when (clock.Elapsed < Patience.Long && !_process.HasExited)
            {
                Thread.Sleep(20);
            }
        }
    }
}
