using System.Diagnostics;
using AbsBuildTasks.Cli.Tests.Infrastructure;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Cli.Tests;

public sealed class SetupCommandTests : IDisposable
{
    private const string Line = "*.plan.verified.json diff=abs merge=abs";
    private const string Snapshot = "AbsPlans/digits.plan.verified.json";

    private readonly GitFolder _git = new();

    public void Dispose() => _git.Dispose();

    [Theory]
    [InlineData(null, Line + "\n")]
    [InlineData("*.png binary", "*.png binary\n" + Line + "\n")]
    [InlineData("*.png binary\r\n", "*.png binary\r\n" + Line + "\n")]
    [InlineData(Line + "\r\n*.png binary\n", Line + "\r\n*.png binary\n")]
    public void The_line_is_added_once_and_all_others_stay(string? before, string after)
    {
        if (before is not null)
        {
            File.WriteAllText(_git.File(".gitattributes"), before);
        }

        Directory.CreateDirectory(_git.File("src"));
        foreach (var folder in new[] { "src", "" })
        {
            var run = CommandRun.Of("setup", "git", _git.File(folder));

            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.Equal(after, File.ReadAllText(_git.File(".gitattributes")));
        }
    }

    [Fact]
    public void Git_shows_plans_through_the_command_that_is_there()
    {
        Assert.Equal(0, CommandRun.Of("setup", "git", _git.Path).ExitCode);
        Assert.Equal("dotnet abs show --alone --format text --\n", _git.Git("config", "diff.abs.textconv"));

        using var tools = new TemporaryFolder();
        ShellProgram.Write(tools.File(OperatingSystem.IsWindows() ? "abs.exe" : "abs"), "exit 0");
        Assert.Equal(0, CommandRun.Of(new() { ["PATH"] = tools.Path }, isTerminal: false, "setup", "git", _git.Path).ExitCode);
        Assert.Equal("abs show --alone --format text --\n", _git.Git("config", "diff.abs.textconv"));
    }

    [Fact]
    public void A_snapshot_that_both_sides_changed_stays_whole_and_git_says_what_to_do()
    {
        CommandRun.Of("setup", "git", _git.Path);
        Commit(SamplePlan.Digits, "Begin");
        _git.Git("checkout", "--quiet", "-b", "side");
        Commit(SamplePlan.Digits.With("conv1", layer => layer with { WeightBits = 4 }), "Theirs");
        _git.Git("checkout", "--quiet", "main");
        var mine = SamplePlan.Digits.With("conv2", layer => layer with { WeightBits = 8 });
        Commit(mine, "Mine");

        var (code, output) = Merge("side");

        Assert.Equal(1, code);
        Assert.Contains("abs: both sides changed a plan", output, StringComparison.Ordinal);
        Assert.Contains("CONFLICT (content): Merge conflict in " + Snapshot, output, StringComparison.Ordinal);
        Assert.Equal(mine, PlanFile.Read(_git.File(Snapshot)).Plan);
    }

    [Fact]
    public void Outside_a_repository_it_says_so()
    {
        using var plain = new TemporaryFolder();

        var run = CommandRun.Of("setup", "git", plain.Path);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("error ABS4006: ", run.Error, StringComparison.Ordinal);
    }

    private void Commit(CompressionPlan plan, string message)
    {
        _git.Write(Snapshot, plan);
        _git.Commit(message);
    }

    private (int Code, string Output) Merge(string branch)
    {
        var start = new ProcessStartInfo("git", ["-C", _git.Path, "-c", "user.name=test", "-c", "user.email=test@example.com", "merge", branch]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
