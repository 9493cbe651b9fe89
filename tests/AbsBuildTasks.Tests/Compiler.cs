using System.Diagnostics;

namespace AbsBuildTasks.Tests;

/// <summary>Runs the SDK's C# compiler, as builds do.</summary>
internal static class Compiler
{
    private static readonly string Runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
    private static readonly string Root = Path.GetFullPath(Path.Combine(Runtime, "..", "..", ".."));

    /// <summary>Compiles to a library beside the source, with symbols.</summary>
    /// <param name="source">Full path of the source.</param>
    /// <param name="options">Further options.</param>
    public static string Compile(string source, params string[] options)
    {
        var library = Path.ChangeExtension(source, ".dll");
        using var process = Process.Start(new ProcessStartInfo(
            Path.Combine(Root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"),
            [
                "exec", Path.Combine(NewestSdk(), "Roslyn", "bincore", "csc.dll"), "-nologo", "-noconfig", "-nostdlib", "-target:library", "-deterministic", "-optimize",
                "-debug:portable", $"-r:{typeof(object).Assembly.Location}", $"-out:{library}", .. options, source,
            ]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? library : throw new InvalidOperationException(output);
    }

    private static string NewestSdk() => Directory.GetDirectories(Path.Combine(Root, "sdk"))
        .Where(folder => File.Exists(Path.Combine(folder, "Roslyn", "bincore", "csc.dll")))
        .MaxBy(folder => Version.TryParse(Path.GetFileName(folder).Split('-')[0], out var version) ? version : new Version())!;
}
