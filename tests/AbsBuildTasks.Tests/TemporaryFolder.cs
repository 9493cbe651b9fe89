using System.Diagnostics;

namespace AbsBuildTasks.Tests;

/// <summary>A folder for one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("abs-tasks-").FullName;

    /// <summary>Writes a file and returns its full path.</summary>
    public string Write(string name, string content = "")
    {
        var file = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        return file;
    }

    /// <summary>Writes a script that runs, and returns its full path.</summary>
    /// <remarks>By another process: one that a test beside this one starts would inherit the open file, and nothing runs that is open for writing.</remarks>
    public string WriteProgram(string name, string script)
    {
        var file = System.IO.Path.Combine(Path, name);
        using var writer = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "printf '#!/bin/sh\\n%s\\n' \"$1\" > \"$0\" && chmod +x \"$0\"", file, script]))!;
        writer.WaitForExit();
        return file;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
