using System.Text.RegularExpressions;
using AbsBuildTasks.Cli.Tests.Infrastructure;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Cli.Tests;

public sealed partial class ShowCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("text", "show.verified.txt")]
    [InlineData("markdown", "show.verified.md")]
    public void A_plan_is_shown(string format, string verified)
    {
        var run = CommandRun.Of("show", Plan(), "--format", format);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Approved.Matches("tests/AbsBuildTasks.Cli.Tests/" + verified, run.Output);
    }

    [Fact]
    public void As_JSON_a_plan_is_the_plan() =>
        Assert.Equal(SamplePlan.Digits, PlanJson.Read(CommandRun.Of("show", Plan(), "-f", "json").Output, "output"));

    [Fact]
    public void An_answer_can_go_to_a_file()
    {
        var run = CommandRun.Of("show", Plan(), "-o", _folder.File("sub/out.txt"));

        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        Assert.Equal(CommandRun.Of("show", Plan()).Output, File.ReadAllText(_folder.File("sub/out.txt")));
    }

    [Fact]
    public void A_terminal_gets_colours_around_the_same_text()
    {
        var plain = CommandRun.Of("show", Plan()).Output;
        var rich = CommandRun.Of(Terminal(), isTerminal: true, "show", Plan()).Output;

        Assert.Contains("\u001b[", rich, StringComparison.Ordinal);
        Assert.Equal(Trimmed(plain), Trimmed(Escapes().Replace(rich, "")));
    }

    [Theory]
    [InlineData("NO_COLOR", "1")]
    [InlineData("TERM", "dumb")]
    public void A_terminal_that_wants_none_gets_none(string variable, string value) =>
        Assert.Equal(CommandRun.Of("show", Plan()).Output, CommandRun.Of(new(Terminal()) { [variable] = value }, isTerminal: true, "show", Plan()).Output);

    [Fact]
    public void No_name_reaches_a_terminal_as_an_order_or_as_markup()
    {
        foreach (var name in SampleDiff.Names)
        {
            var file = _folder.File("evil.plan.json");
            PlanFile.Write(file, SamplePlan.Of(name, SamplePlan.Layer(name, name, 8, 8, 1, "0", 1, 1)));

            var rich = CommandRun.Of(Terminal(), isTerminal: true, "show", file).Output;

            Assert.DoesNotContain(Escapes().Replace(rich, "").Replace("\n", "", StringComparison.Ordinal), char.IsControl);
            Assert.Equal(Trimmed(CommandRun.Of("show", file).Output), Trimmed(Escapes().Replace(rich, "")));
        }
    }

    [Fact]
    public void A_file_that_is_no_plan_is_an_error_with_a_code()
    {
        var run = CommandRun.Of("show", _folder.Write("a.plan.json", "{}"));

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("error ABS4003: ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("show", "none")]
    [InlineData("show", "none", "--format", "html")]
    [InlineData("show", ".")]
    [InlineData("report", "none")]
    public void A_file_that_is_not_there_is_an_error_with_a_code(string command, string name, params string[] options)
    {
        var run = CommandRun.Of([command, _folder.File(name), .. options]);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("error ABS4007: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void No_name_reaches_a_terminal_or_build_server_as_JSON()
    {
        foreach (var name in SampleDiff.Names)
        {
            var plan = SamplePlan.Of(name, SamplePlan.Layer(name, name, 8, 8, 1, "0", 1, 1));
            PlanFile.Write(_folder.File("evil.plan.json"), plan);

            var json = CommandRun.Of("show", _folder.File("evil.plan.json"), "--format", "json").Output;

            Assert.DoesNotContain("##", json, StringComparison.Ordinal);
            Assert.DoesNotContain(json, character => character > 126 || (character < 32 && character != '\n'));
            Assert.Equal((name, name), ((string?)JObject.Parse(json)["model"], (string?)JObject.Parse(json).SelectToken("layers[0].kind")));
            Assert.Equal(0, CommandRun.Of("show", _folder.File("evil.plan.json"), "--format", "json", "--output", _folder.File("copy.json")).ExitCode);
            Assert.Equal(plan, PlanFile.Read(_folder.File("copy.json")).Plan);
        }
    }

    private static Dictionary<string, string> Terminal() => new() { ["TERM"] = "xterm-256color" };

    private static string Trimmed(string text) => string.Join('\n', text.Split('\n').Select(line => line.TrimEnd()));

    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Escapes();

    private string Plan()
    {
        PlanFile.Write(_folder.File("digits.plan.json"), SamplePlan.Digits);
        return _folder.File("digits.plan.json");
    }
}
