using System.Text.RegularExpressions;
using AbsBuildTasks.Cli.Tests.Infrastructure;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Html;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Cli.Tests;

public sealed class DiffCommandTests : IDisposable
{
    private static readonly CompressionPlan Dearer = SamplePlan.Digits.With("conv2", layer => layer with { WeightBits = 8 });

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Two_files_that_differ_exit_with_1()
    {
        var run = CommandRun.Of("diff", Write("a.plan.json", SamplePlan.Digits), Write("b.plan.json", Dearer));

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Approved.Matches("tests/AbsBuildTasks.Cli.Tests/diff.verified.txt", run.Output);
    }

    [Fact]
    public void Equal_files_exit_with_0_and_one_line()
    {
        var run = CommandRun.Of("diff", Write("a.plan.json", SamplePlan.Digits), Write("b.plan.json", SamplePlan.Digits));

        Assert.Equal((0, "Compression plans: no change, 1 model\n", ""), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public void A_received_plan_is_compared_with_its_snapshot()
    {
        Write("AbsPlans/digits.plan.verified.json", SamplePlan.Digits);

        foreach (var file in new[] { "AbsPlans/digits.plan.received.json", "bin/abs/digits.plan.json" })
        {
            var run = CommandRun.Of("diff", Write(file, Dearer));

            Assert.Equal((1, ""), (run.ExitCode, run.Error));
            Assert.Contains("compared with its snapshot, ", run.Output, StringComparison.Ordinal);
            Assert.Contains("conv2", run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Folders_are_compared_model_by_model()
    {
        Write("a/P/AbsPlans/digits.plan.verified.json", SamplePlan.Digits);
        Write("a/Q/AbsPlans/gone.plan.verified.json", SamplePlan.Digits with { Model = "gone" });
        Write("a/bin/skipped.plan.verified.json", SamplePlan.Digits with { Model = "skipped" });
        Write("b/P/AbsPlans/digits.plan.verified.json", Dearer);
        Write("b/Q/AbsPlans/digits.plan.verified.json", SamplePlan.Digits);

        var run = CommandRun.Of("diff", _folder.File("a"), _folder.File("b"), "--format", "json");

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            ["P/AbsPlans/digits changed", "Q/AbsPlans/digits added", "gone removed"],
            JObject.Parse(run.Output)["models"]!.Select(model => $"{model["model"]} {model["status"]}"));
    }

    [Fact]
    public void Why_a_plan_was_searched_again_is_told_where_both_inputs_are_known()
    {
        var before = Write("old/digits.plan.json", SamplePlan.Digits);
        var after = Write("new/digits.plan.json", Dearer with { Fingerprint = new('0', 64) });
        _folder.Write("old/digits.inputs.json", """{ "setting:Seed": "1", "engine": "0.1" }""");
        _folder.Write("new/digits.inputs.json", """{ "setting:Seed": "2", "engine": "0.1" }""");

        Assert.Contains("  setting:Seed changed from 1 to 2\n", CommandRun.Of("diff", before, after).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Why_a_plan_was_searched_again_is_told_by_the_projects_fingerprint_report()
    {
        var fingerprint = new string('0', 64);
        _folder.Write("P/P.csproj", "");
        _folder.Write("P/obj/Debug/net10.0/abs/fingerprints/digits.json", $$"""{ "model": "digits", "fingerprint": "{{fingerprint}}", "before": "{{SamplePlan.Fingerprint}}", "entries": [], "changes": ["data:x.csv changed"] }""");
        Write("P/AbsPlans/digits.plan.verified.json", SamplePlan.Digits);
        var received = Write("P/AbsPlans/digits.plan.received.json", Dearer with { Fingerprint = fingerprint });

        Assert.Contains("  data:x.csv changed\n", CommandRun.Of("diff", received).Output, StringComparison.Ordinal);
        Assert.Contains("data:x.csv changed", CommandRun.Of("show", received, "--format", "html").Output, StringComparison.Ordinal);
        Assert.Contains("data:x.csv changed", CommandRun.Of("report", received).Output, StringComparison.Ordinal);

        // What led there from another plan than the snapshot is no reason.
        Write("P/AbsPlans/digits.plan.verified.json", SamplePlan.Digits with { Fingerprint = new('1', 64) });
        Assert.DoesNotContain("data:x.csv", CommandRun.Of("diff", received).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.plan.json", "none", "ABS4007")]
    [InlineData("none", "a.plan.json", "ABS4007")]
    [InlineData("a.plan.json", "broken.plan.json", "ABS4003")]
    [InlineData("a.plan.json", ".", "ABS4007")]
    public void What_cannot_be_compared_exits_with_2(string first, string second, string code)
    {
        Write("a.plan.json", SamplePlan.Digits);
        _folder.Write("broken.plan.json", "{");

        var run = CommandRun.Of("diff", _folder.File(first), _folder.File(second));

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"error {code}: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_without_snapshot_says_what_to_name() =>
        Assert.StartsWith("error ABS4007: ", CommandRun.Of("diff", Write("a.plan.json", SamplePlan.Digits)).Error, StringComparison.Ordinal);

    [Fact]
    public void A_build_server_gets_a_summary_of_a_change_only()
    {
        var summary = _folder.File("step.md");
        Dictionary<string, string> gitHub = new() { ["GITHUB_STEP_SUMMARY"] = summary };
        var before = Write("a.plan.json", SamplePlan.Digits);

        Assert.Equal(0, CommandRun.Of(gitHub, isTerminal: false, "diff", before, before, "--ci").ExitCode);
        Assert.False(File.Exists(summary));

        Assert.Equal(1, CommandRun.Of(gitHub, isTerminal: false, "diff", before, Write("b.plan.json", Dearer), "--ci").ExitCode);
        Assert.Contains("### Compression plans: 1 of 1 model changed", File.ReadAllText(summary), StringComparison.Ordinal);
    }

    [Fact]
    public void A_received_plan_whose_layers_stand_in_another_order_waits_as_well()
    {
        var reordered = SamplePlan.Digits with { Layers = [.. SamplePlan.Digits.Layers.Reverse()] };
        var verifier = new SnapshotVerifier(_folder.File("P/AbsPlans"));
        verifier.Accept(SamplePlan.Digits);
        verifier.Verify(reordered, SnapshotPolicy.Exact, SnapshotTolerances.None, SnapshotInputs.Of(reordered, [new("setting:Seed", "2")], "Release", SnapshotRule.Default));

        Write("before/P/AbsPlans/digits.plan.verified.json", SamplePlan.Digits);

        var received = CommandRun.Of("diff", _folder.File("P/AbsPlans/digits.plan.received.json"));
        var folders = CommandRun.Of("diff", _folder.File("before/P"), _folder.File("P"));

        Assert.StartsWith("Compression plans: 1 of 1 model changed", received.Output, StringComparison.Ordinal);
        Assert.Contains("digits: refused; decisions as before, 3 layers", received.Output, StringComparison.Ordinal);
        Assert.Contains("layers are in another order", received.Output, StringComparison.Ordinal);
        Assert.Equal(1, folders.ExitCode);
        Assert.StartsWith("Compression plans: no change, 1 model; 1 plan not accepted\n", folders.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("P")]
    [InlineData("P/AbsPlans")]
    public void A_plan_that_waits_for_being_accepted_is_a_change(string named)
    {
        var summary = _folder.File("step.md");
        Write("before/P/AbsPlans/digits.plan.verified.json", SamplePlan.Digits);
        Write("P/AbsPlans/digits.plan.verified.json", SamplePlan.Digits);
        var received = Write("P/AbsPlans/digits.plan.received.json", Dearer);
        var before = _folder.File("before/" + named);

        var run = CommandRun.Of(new() { ["GITHUB_STEP_SUMMARY"] = summary }, isTerminal: false, "diff", before, _folder.File(named), "--ci");

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("Compression plans: no change, 1 model; 1 plan not accepted\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("digits: not accepted, 1 layer changed; see " + Path.GetRelativePath(Directory.GetCurrentDirectory(), received), run.Output, StringComparison.Ordinal);
        Assert.Contains("1 plan not accepted", File.ReadAllText(summary), StringComparison.Ordinal);
        var json = JObject.Parse(CommandRun.Of("diff", before, _folder.File(named), "--format", "json").Output);
        Assert.Equal((true, "digits", "changed"), ((bool)json["isChanged"]!, (string?)json.SelectToken("unaccepted[0].model"), (string?)json.SelectToken("unaccepted[0].status")));
        Assert.Contains("1 plan not accepted", CommandRun.Of("diff", before, _folder.File(named), "--format", "html").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_delivered_plan_is_told_that_a_later_one_waits_for_being_accepted()
    {
        Write("P/AbsPlans/digits.plan.verified.json", SamplePlan.Digits);
        var received = Write("P/AbsPlans/digits.plan.received.json", Dearer);
        var delivered = Write("P/bin/abs/digits.plan.json", SamplePlan.Digits);

        var run = CommandRun.Of("diff", delivered);

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.Contains("no change, 1 model; 1 plan not accepted\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("not accepted", CommandRun.Of("diff", received).Output, StringComparison.Ordinal);
        Assert.Equal(0, CommandRun.Of("diff", delivered, delivered).ExitCode);
    }

    [Fact]
    public void A_plan_that_was_never_accepted_is_a_change_and_one_that_equals_its_snapshot_is_none()
    {
        Write("a/other.plan.verified.json", SamplePlan.Digits with { Model = "other" });
        Write("a/other.plan.received.json", SamplePlan.Digits with { Model = "other", Fingerprint = new('0', 64) });
        Assert.Equal((0, "Compression plans: no change, 1 model\n"), Outcome());

        Write("a/digits.plan.received.json", Dearer);
        var (code, output) = Outcome();
        Assert.Equal(1, code);
        Assert.Contains("digits: not accepted, a new model, ", output, StringComparison.Ordinal);

        (int ExitCode, string Output) Outcome() => CommandRun.Of("diff", _folder.File("a"), _folder.File("a")) is var run ? (run.ExitCode, run.Output) : default;
    }

    [Fact]
    public void To_compare_nothing_is_no_success()
    {
        Directory.CreateDirectory(_folder.File("a"));
        Directory.CreateDirectory(_folder.File("b"));

        var run = CommandRun.Of("diff", _folder.File("a"), _folder.File("b"));

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("error ABS4007: There is no plan in ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_shows_the_plan_after_with_the_one_before()
    {
        var before = Write("old/digits.plan.json", SamplePlan.Digits);
        var after = Write("new/digits.plan.json", Dearer);

        var run = CommandRun.Of("diff", before, after, "--format", "html", "--output", _folder.File("diff.html"));

        Assert.Equal((1, "", ""), (run.ExitCode, run.Output, run.Error));
        var expected = new ReportContent { Plan = Dearer, Snapshot = SamplePlan.Digits, Basis = "the plan before" };
        Assert.Equal(HtmlReport.Render(expected), File.ReadAllText(_folder.File("diff.html")));
    }

    [Fact]
    public void A_page_of_several_models_or_of_one_that_is_gone_has_a_part_for_each()
    {
        Write("a/digits.plan.json", SamplePlan.Digits);
        Write("a/same.plan.json", SamplePlan.Digits with { Model = "same" });
        Write("b/digits.plan.json", Dearer);
        Write("b/same.plan.json", SamplePlan.Digits with { Model = "same" });
        Assert.Contains("Kept and pruned filters", Page(1, "a", "b"), StringComparison.Ordinal);
        Assert.Contains("Compression plans: no change, 2 models", Page(0, "a", "a"), StringComparison.Ordinal);

        Write("b/other.plan.json", Dearer with { Model = "other" });
        var page = Page(1, "a", "b");
        Assert.Contains("Compression plans: 2 of 3 models changed", page, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(page, "<section"));

        Directory.CreateDirectory(_folder.File("empty"));
        Assert.Contains(": the model is gone", Page(1, "b", "empty"), StringComparison.Ordinal);

        string Page(int code, string first, string second)
        {
            var run = CommandRun.Of("diff", _folder.File(first), _folder.File(second), "-f", "html");
            Assert.Equal((code, ""), (run.ExitCode, run.Error));
            return run.Output;
        }
    }

    private string Write(string name, CompressionPlan plan)
    {
        PlanFile.Write(_folder.File(name), plan);
        return _folder.File(name);
    }
}
