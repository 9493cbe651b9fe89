using System.Diagnostics;

namespace AbsBuildTasks.Tests.Shared;

/// <summary>A folder for one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("abs-tests-").FullName;

    /// <summary>The full path of a file, which need not exist.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file and returns its full path.</summary>
    public string Write(string name, byte[] content)
    {
        var file = Write(name);
        System.IO.File.WriteAllBytes(file, content);
        return file;
    }

    /// <inheritdoc cref="Write(string, byte[])"/>
    public string Write(string name, string content = "")
    {
        var file = File(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        System.IO.File.WriteAllText(file, content);
        return file;
    }

    /// <summary>Writes a script that runs, and returns its full path.</summary>
    /// <remarks>By another process: one that a test beside this one starts would inherit the open file, and nothing runs that is open for writing.</remarks>
    public string WriteProgram(string name, string script)
    {
        var file = File(name);
        using var writer = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "printf '#!/bin/sh\\n%s\\n' \"$1\" > \"$0\" && chmod +x \"$0\"", file, script]))!;
        writer.WaitForExit();
        return file;
    }

    /// <summary>The names of all files in it, in ordinal order.</summary>
    public string[] FileNames() => [.. Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories)
        .Select(file => System.IO.Path.GetRelativePath(Path, file).Replace('\\', '/'))
        .Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
