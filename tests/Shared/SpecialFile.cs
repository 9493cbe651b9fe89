using System.Diagnostics;
using System.Net.Sockets;

namespace AbsBuildTasks.Tests.Shared;

/// <summary>Things in the file system that look like files, and that nobody can read to an end.</summary>
internal static class SpecialFile
{
    public const string Pipe = "pipe";
    public const string LinkToPipe = "link to a pipe";
    public const string LinkToZeros = "link to /dev/zero";
    public const string Socket = "socket";

    /// <summary>Makes one; a file that is there goes.</summary>
    public static void Make(string path, string kind)
    {
        File.Delete(path);
        switch (kind)
        {
            case Pipe:
                MakePipe(path);
                break;
            case LinkToPipe:
                MakePipe(path + ".pipe");
                File.CreateSymbolicLink(path, path + ".pipe");
                break;
            case LinkToZeros:
                File.CreateSymbolicLink(path, "/dev/zero");
                break;
            default:
                // By a short way, as a socket's name holds about a hundred characters.
                var folder = Directory.CreateTempSubdirectory("s-");
                using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
                {
                    socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder.FullName, "s")));
                    File.Move(Path.Combine(folder.FullName, "s"), path);
                }

                folder.Delete(recursive: true);
                break;
        }
    }

    private static void MakePipe(string path)
    {
        using var process = Process.Start("mkfifo", [path]);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new IOException($"mkfifo failed for {path}.");
        }
    }
}
