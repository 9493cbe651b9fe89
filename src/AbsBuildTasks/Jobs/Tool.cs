using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Jobs;

/// <summary>What a queue's program answered.</summary>
/// <param name="ExitCode">Its exit code; -1 where it gave none.</param>
/// <param name="Output">What it printed to standard output.</param>
/// <param name="Error">What it printed to standard error, or why it did not run.</param>
internal sealed record ToolOutput(int ExitCode, string Output, string Error)
{
    private const int Width = 300; // characters

    /// <summary>What it said of a failure, one short line.</summary>
    public string Words
    {
        get
        {
            var lines = (Error.Trim().Length > 0 ? Error : Output).Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim()).Where(line => line.Length > 0);
            return Printable.Shorten(string.Join(" | ", lines), Width) is { Length: > 0 } words ? words : FormattableString.Invariant($"it printed nothing, and ended with exit code {ExitCode}");
        }
    }
}

/// <summary>Runs a queue's programs, such as <c>sbatch</c>: none gets a secret of the build, and none can hold the build for ever.</summary>
internal static class Tool
{
    private const int MostKept = 1 << 16; // characters

    // Something that it has started may hold its output open.
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(5);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Its full path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="limit">How long it may take.</param>
    public static ToolOutput Run(string program, IEnumerable<string> arguments, TimeSpan limit)
    {
        using var process = new Process { StartInfo = PipedStart.Of(program, arguments) };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            return new(-1, "", exception.Message);
        }

        process.StandardInput.Close();
        var (output, error) = (ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
        if (!process.WaitForExit((int)limit.TotalMilliseconds))
        {
            process.Kill();
            return new(-1, "", FormattableString.Invariant($"'{Path.GetFileName(program)}' gave no answer in {limit.TotalSeconds:0} s"));
        }

        // Lines of a reader that does not end are left out.
        Task.WaitAll([output, error], Drain);
        return new(process.ExitCode, Kept(output), Kept(error));
    }

    private static string Kept(Task<string> text) => text.Status == TaskStatus.RanToCompletion ? text.Result : "";

    private static Task<string> ReadAsync(TextReader reader) => Task.Run(() =>
    {
        var kept = new StringBuilder();
        var buffer = new char[4096];
        try
        {
            for (int count; (count = reader.Read(buffer, 0, buffer.Length)) > 0;)
            {
                kept.Append(buffer, 0, Math.Min(count, MostKept - kept.Length));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Broken, or no longer wanted: says what its end would have said.
        }

        return kept.ToString();
    });
}
