using System.Diagnostics;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Git;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Cli.Tests.Infrastructure;

/// <summary>A real git repository that goes with the test.</summary>
internal sealed class GitFolder : IDisposable
{
    /// <summary>Where the snapshot of <see cref="SamplePlan.Digits"/> lies.</summary>
    public const string Snapshot = "P/AbsPlans/digits.plan.verified.json";

    /// <summary>The same plan with more bits in one layer.</summary>
    public static readonly CompressionPlan Dearer = SamplePlan.Digits.With("conv2", layer => layer with { WeightBits = 8 });

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

    /// <summary>Lets git show plans as text.</summary>
    /// <param name="end">What stands in front of the file on the command line.</param>
    public void ShowPlansAsText(string end)
    {
        var tool = System.IO.Path.Combine(AppContext.BaseDirectory, "abs.dll");
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        System.IO.File.WriteAllText(File(".gitattributes"), "*.plan.verified.json diff=abs\n");
        Git("config", "diff.abs.textconv", $"\"{dotnet}\" \"{tool}\" show --format text {end}");
    }

    /// <summary>Commits a branch that changes one snapshot, adds one and removes one. Main goes on after the branch has left it: that is no change of the branch.</summary>
    /// <param name="snapshot">The snapshot that changes.</param>
    /// <param name="changed">What it is on the branch.</param>
    public void WriteBranch(string snapshot, CompressionPlan changed)
    {
        Write(snapshot, SamplePlan.Digits);
        Write("P/AbsPlans/gone.plan.verified.json", SamplePlan.Digits with { Model = "gone" });
        Commit("first");
        Git("checkout", "--quiet", "-b", "branch");
        Write(snapshot, changed);
        Write("P/AbsPlans/added.plan.verified.json", SamplePlan.Digits with { Model = "added" });
        System.IO.File.Delete(File("P/AbsPlans/gone.plan.verified.json"));
        Commit("second");
        Git("checkout", "--quiet", "main");
        Write(snapshot, SamplePlan.Digits with { Metric = SamplePlan.Digits.Metric with { Compressed = 92 } });
        Commit("third");
        Git("checkout", "--quiet", "branch");
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

    /// <summary>Writes a program into the folder.</summary>
    public string WriteProgram(string name, string script) => ShellProgram.Write(File(name), script);

    /// <summary>Starts the command in a folder, as a process of its own.</summary>
    /// <param name="folder">The current folder.</param>
    /// <param name="path">PATH; it is all of it.</param>
    /// <param name="arguments">The arguments.</param>
    public static CommandRun Start(string folder, string path, params string[] arguments) => StartWith(host: null, folder, path, arguments);

    /// <summary>Starts the command with a <c>DOTNET_HOST_PATH</c>.</summary>
    /// <param name="host">The variable, or null.</param>
    /// <inheritdoc cref="Start"/>
    public static CommandRun StartWith(string? host, string folder, string path, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [System.IO.Path.Combine(AppContext.BaseDirectory, "abs.dll"), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = path;
        start.Environment["DOTNET_HOST_PATH"] = host;

        // What a build server says of the pull request that it tests.
        foreach (var variable in PullRequest.Variables)
        {
            start.Environment.Remove(variable);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.Result);
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
