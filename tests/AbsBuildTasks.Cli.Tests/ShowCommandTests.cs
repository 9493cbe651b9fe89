using System.Text.RegularExpressions;
using AbsBuildTasks.Cli.Tests.Infrastructure;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Snapshots;
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

    [Theory]
    [InlineData("--alone")]
    [InlineData("--sensitivity")]
    public void What_is_of_one_plan_is_refused_for_a_folder(string option)
    {
        var run = CommandRun.Of("show", _folder.Path, option);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("name a plan's file", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_becomes_of_a_plan_is_shown_before_it_unless_the_file_alone_is_asked_for()
    {
        PlanFile.Write(_folder.File("AbsPlans/digits.plan.verified.json"), SamplePlan.Digits);
        var dearer = SamplePlan.Digits.With("conv2", layer => layer with { WeightBits = 8 });
        var verifier = new SnapshotVerifier(_folder.File("AbsPlans"));
        verifier.Verify(dearer, SnapshotPolicy.Exact, SnapshotTolerances.None, SnapshotInputs.Of(dearer, [new("setting:Seed", "2")], "Release", SnapshotRule.Default));
        var (accepted, refused) = (_folder.File("AbsPlans/digits.plan.verified.json"), _folder.File("AbsPlans/digits.plan.received.json"));

        Assert.StartsWith("digits: accepted, 3 layers\n", CommandRun.Of("show", accepted).Output, StringComparison.Ordinal);
        Assert.StartsWith("digits: refused; 1 layer changed\n  beyond policy exact against the snapshot (nothing may differ)\n", CommandRun.Of("show", refused).Output, StringComparison.Ordinal);
        Assert.StartsWith("digits: bops=5%\n", CommandRun.Of("show", "--alone", refused).Output, StringComparison.Ordinal);
        Assert.Contains("class=\"verdict bad\"", CommandRun.Of("show", refused, "-f", "html").Output, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"verdict", CommandRun.Of("show", refused, "--alone", "-f", "html").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_one_step_would_change_is_shown_where_the_record_tells_it()
    {
        var plan = Plan();
        Assert.StartsWith("error ABS4017: ", CommandRun.Of("show", plan, "--sensitivity").Error, StringComparison.Ordinal);
        _folder.Write(Path.GetFileName(plan).Replace(".plan.json", ".run.json", StringComparison.Ordinal), """
            { "epochs": [{ "phase": "freeze", "steps": [
              { "layer": "conv2", "weightBits": 2, "activationBits": 4, "keptFilters": 14, "loss": 0.0012, "noise": 0.0031, "bops": -16000 },
              { "layer": "conv2", "weightBits": 4, "activationBits": 2, "keptFilters": 14, "loss": 0.25, "noise": 0.0031, "bops": -16000 },
              { "layer": "conv2", "weightBits": 8, "activationBits": 4, "keptFilters": 14, "loss": -0.02, "noise": 0.004, "bops": 32000 },
              { "layer": "fc", "tied": 1, "weightBits": 8, "activationBits": 8, "keptFilters": 9, "loss": 0.5, "noise": 0.1, "bops": -3200 }] }] }
            """);

        var run = CommandRun.Of("show", plan, "--sensitivity");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Approved.Matches("tests/AbsBuildTasks.Cli.Tests/sensitivity.verified.txt", run.Output);
        Assert.Equal(4, JArray.Parse(CommandRun.Of("show", plan, "--sensitivity", "-f", "json").Output).Count);
    }

    [Fact]
    public void All_plans_of_a_folder_are_shown()
    {
        PlanFile.Write(_folder.File("P/AbsPlans/digits.plan.verified.json"), SamplePlan.Digits);
        PlanFile.Write(_folder.File("P/AbsPlans/other.plan.verified.json"), SamplePlan.Digits with { Model = "other" });
        PlanFile.Write(_folder.File("P/AbsPlans/new.plan.received.json"), SamplePlan.Digits with { Model = "new" });

        var text = CommandRun.Of("show", _folder.Path).Output;

        Assert.StartsWith("Compression plans: 3 plans\n", text, StringComparison.Ordinal);
        Assert.All(["  new     new       bops=5%       3  top-1 91.75", "  digits  accepted  bops=5%", "\nother: accepted, 3 layers\n"], part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.Contains("<h1>Compression plans: 3 plans</h1>", CommandRun.Of("show", _folder.Path, "-f", "html").Output, StringComparison.Ordinal);
        Assert.Equal(["new", "digits", "other"], JArray.Parse(CommandRun.Of("show", _folder.Path, "-f", "json").Output).Select(plan => (string?)plan["model"]));
        Assert.StartsWith("error ABS4007: ", CommandRun.Of("show", Directory.CreateDirectory(_folder.File("empty")).FullName).Error, StringComparison.Ordinal);
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
    public void A_narrow_terminal_breaks_lines_between_columns()
    {
        var rich = CommandRun.Of(new(Terminal()) { ["COLUMNS"] = "60" }, isTerminal: true, "show", Plan()).Output;

        Assert.All(Escapes().Replace(rich, "").Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 60 + "fingerprint ".Length));
        Assert.Contains("64,000", rich, StringComparison.Ordinal);
    }

    [Fact]
    public void No_name_reaches_a_terminal_as_an_order_or_as_markup()
    {
        foreach (var name in SampleDiff.Names)
        {
            var file = _folder.File("evil.plan.json");
            PlanFile.Write(file, SamplePlan.Of(name, SamplePlan.Layer(name, name, 8, 8, 1, "0", 1, 1)));

            var rich = CommandRun.Of(new(Terminal()) { ["COLUMNS"] = "9999" }, isTerminal: true, "show", file).Output;

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
