using AbsBuildTasks.Cli.Tests.Infrastructure;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Cli.Tests;

public sealed class ReportCommandTests : IDisposable
{
    private static readonly CompressionPlan Dearer = SamplePlan.Digits.With("conv2", layer => layer with { WeightBits = 8 });

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_report_is_a_page_and_Markdown_for_each_model()
    {
        var run = CommandRun.Of("report", Write("a.plan.json", SamplePlan.Digits), Write("b.plan.json", SamplePlan.Digits with { Model = "other" }), "--output", _folder.File("out"));

        Assert.Equal((0, "", ""), (run.ExitCode, run.Output, run.Error));
        Assert.Equal(["digits.plan.html", "digits.plan.md", "other.plan.html", "other.plan.md"], Written());
        Assert.Equal(CommandRun.Of("show", _folder.File("a.plan.json"), "-f", "markdown").Output, File.ReadAllText(_folder.File("out/digits.plan.md")));
        Assert.Equal(CommandRun.Of("show", _folder.File("a.plan.json"), "-f", "html").Output, File.ReadAllText(_folder.File("out/digits.plan.html")));
    }

    [Fact]
    public void The_forms_can_be_picked()
    {
        Assert.Equal(0, CommandRun.Of("report", Write("a.plan.json", SamplePlan.Digits), "-o", _folder.File("out"), "-f", "svg", "-f", "markdown").ExitCode);

        Assert.Equal(["digits.plan.md", "digits.plan.svg"], Written());
        Assert.StartsWith("<svg", File.ReadAllText(_folder.File("out/digits.plan.svg")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("html")]
    [InlineData("svg")]
    public void Pages_and_pictures_want_a_folder(string format)
    {
        var run = CommandRun.Of("report", Write("a.plan.json", SamplePlan.Digits), "--format", format);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--output", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_lies_beside_the_plan_is_part_of_it()
    {
        Write("P/AbsPlans/digits.plan.verified.json", SamplePlan.Digits);
        var plan = Write("P/bin/abs/digits.plan.json", Dearer);
        _folder.Write("P/bin/abs/digits.run.json", """{ "device": "cpu", "epochs": [{ "phase": "train", "loss": 1 }, { "phase": "train", "loss": 0.5 }] }""");

        Assert.Equal(0, CommandRun.Of("report", plan, "--output", _folder.File("out")).ExitCode);

        var page = File.ReadAllText(_folder.File("out/digits.plan.html"));
        Assert.Contains("The search", page, StringComparison.Ordinal);
        Assert.Contains("Compared with the snapshot.", page, StringComparison.Ordinal);
        var markdown = File.ReadAllText(_folder.File("out/digits.plan.md"));
        Assert.Contains("### `digits`, against the snapshot: 1 layer changed\n", markdown, StringComparison.Ordinal);
        Assert.Equal(CommandRun.Of("report", plan).Output, markdown);
    }

    [Fact]
    public void A_damaged_record_is_a_warning_and_other_forms_do_not_read_it()
    {
        var plan = Write("digits.plan.json", SamplePlan.Digits);
        _folder.Write("digits.run.json", "{}");

        Assert.Equal((0, ""), (CommandRun.Of("show", plan).ExitCode, CommandRun.Of("show", plan).Error));
        var run = CommandRun.Of("show", plan, "--format", "html");

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("warning ABS4008: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("The search", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_that_would_be_one_file_are_refused()
    {
        var run = CommandRun.Of("report", Write("a.plan.json", SamplePlan.Digits), Write("b.plan.json", Dearer), "--output", _folder.File("out"));

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("error ABS1006: ", run.Error, StringComparison.Ordinal);
    }

    private IEnumerable<string?> Written() => Directory.EnumerateFiles(_folder.File("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private string Write(string name, CompressionPlan plan)
    {
        PlanFile.Write(_folder.File(name), plan);
        return _folder.File(name);
    }
}
