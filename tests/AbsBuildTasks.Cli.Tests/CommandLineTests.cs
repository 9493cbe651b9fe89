using AbsBuildTasks.Cli.Tests.Infrastructure;

namespace AbsBuildTasks.Cli.Tests;

public class CommandLineTests
{
    [Theory]
    [InlineData]
    [InlineData("bogus")]
    [InlineData("show")]
    [InlineData("show", "a", "--format", "pdf")]
    [InlineData("diff", "a", "b", "--base", "main")]
    [InlineData("cache", "bogus")]
    public void A_wrong_command_line_exits_with_2(params string[] arguments)
    {
        var run = CommandRun.Of(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.NotEmpty(run.Error);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("diff")]
    [InlineData("report")]
    [InlineData("search")]
    [InlineData("verify")]
    [InlineData("accept")]
    [InlineData("fingerprint")]
    [InlineData("cache")]
    public void Every_command_has_help_with_examples(string command)
    {
        var run = CommandRun.Of(command, "--help");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"Examples:\n  abs {command} ", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("abs fing", "fingerprint")]
    [InlineData("abs show a.json --format m", "markdown")]
    public void Shells_can_ask_for_completions(string line, string expected) =>
        Assert.Contains(expected, CommandRun.Of($"[suggest:{line.Length}]", line).Output.Split('\n', StringSplitOptions.TrimEntries));

    [Fact]
    public void Every_command_is_documented()
    {
        var docs = Repository.Read("docs/cli.md");

        foreach (var command in new[] { "show", "diff", "report", "search", "verify", "accept", "fingerprint", "profile", "cache" })
        {
            Assert.Contains($"`abs {command}", docs, StringComparison.Ordinal);
        }
    }
}
