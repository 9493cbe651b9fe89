using System.Diagnostics;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Cli.Tests.Infrastructure;

/// <summary>A real git repository that goes with the test.</summary>
internal sealed class GitFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public GitFolder() => Git("init", "--quiet", "--initial-branch=main");

    public string Path => _folder.Path;

    public string File(string name) => _folder.File(name);

    /// <summary>Writes a snapshot.</summary>
    public string Write(string name, CompressionPlan plan)
    {
        PlanFile.Write(File(name), plan, byteOrderMark: true);
        return File(name);
    }

    /// <summary>Commits everything.</summary>
    public void Commit(string message)
    {
        Git("add", "--all");
        Git("commit", "--quiet", "--message", message);
    }

    /// <summary>Runs git, with no settings but the repository's.</summary>
    /// <returns>What it printed.</returns>
    public string Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-C", Path, "-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GIT_CONFIG_GLOBAL"] = File("no-settings");
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output + error.Result);
        return output;
    }

    public void Dispose()
    {
        // Git writes its objects read-only, which Windows does not delete.
        foreach (var file in Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories))
        {
            System.IO.File.SetAttributes(file, FileAttributes.Normal);
        }

        _folder.Dispose();
    }
}
