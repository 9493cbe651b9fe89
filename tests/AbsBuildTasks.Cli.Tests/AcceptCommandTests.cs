using AbsBuildTasks.Cli.Tests.Infrastructure;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Cli.Tests;

public sealed class AcceptCommandTests : IDisposable
{
    private static readonly CompressionPlan Old = SamplePlan.Digits;
    private static readonly CompressionPlan New = SamplePlan.Digits.With("conv1", layer => layer with { WeightBits = 4 });
    private static readonly CompressionPlan Other = SamplePlan.Digits with { Model = "other" };

    private readonly TemporaryFolder _folder = new();

    private string Snapshot => _folder.File("P/AbsPlans/digits.plan.verified.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Plans_of_an_artifact_become_the_snapshots_with_a_reason()
    {
        PlanFile.Write(Snapshot, Old, byteOrderMark: true);
        PlanFile.Write(_folder.File("plans/bin/Release/net10.0/abs/digits.plan.json"), New);
        PlanFile.Write(_folder.File("plans/bin/Release/net10.0/abs/other.plan.json"), Other);
        File.WriteAllText(_folder.File("plans/bin/Release/net10.0/abs/digits.run.json"), "{}");

        var run = Run("--from", _folder.File("plans"), "--reason", "a new camera", "--by", "Ada", "--until", "2999-01-31");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("digits: accepted the plan (bops=5%, top-1 ", run.Output, StringComparison.Ordinal);
        Assert.Equal(New, PlanFile.Read(Snapshot).Plan);
        Assert.Equal([0xEF, 0xBB, 0xBF], File.ReadAllBytes(Snapshot)[..3]);
        Assert.Equal(Other, PlanFile.Read(_folder.File("P/AbsPlans/other.plan.verified.json")).Plan);
        var reason = AcceptanceFile.For(_folder.File("P/AbsPlans/digits.accepted.json"), New)!;
        Assert.Equal(("Ada", "a new camera", "2999-01-31"), (reason.By, reason.Reason, reason.Until));
    }

    [Fact]
    public void What_the_snapshot_is_already_needs_no_reason()
    {
        PlanFile.Write(Snapshot, New, byteOrderMark: true);
        PlanFile.Write(_folder.File("plans/digits.plan.json"), New);
        PlanFile.Write(_folder.File("plans/other.plan.json"), Other);

        var run = Run("--from", _folder.File("plans"), "--reason", "a new camera");

        Assert.StartsWith("digits: unchanged, ", run.Output, StringComparison.Ordinal);
        Assert.Contains("other: accepted the plan ", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("P/AbsPlans/digits.accepted.json")));
        Assert.True(File.Exists(_folder.File("P/AbsPlans/other.accepted.json")));
    }

    [Fact]
    public void What_a_plan_was_made_from_is_kept_under_the_configuration_and_policy_of_the_snapshot_before()
    {
        KeyValuePair<string, string>[] entries = [new("engine", "2"), new("model", "digits")];
        var plan = New with { Fingerprint = FingerprintBuilder.Of(entries).Hash };
        var rule = SnapshotRule.Parse("no-regression", "");
        PlanFile.Write(Snapshot, Old, byteOrderMark: true);
        SnapshotInputs.Of(Old, [new("engine", "1")], "Release", rule)!.Write(Snapshot);
        PlanFile.Write(_folder.File("plans/digits.plan.json"), plan);
        _folder.Write("plans/digits.inputs.json", """{ "engine": "2", "model": "digits" }""");

        Assert.Equal(0, Run("--from", _folder.File("plans")).ExitCode);

        var kept = SnapshotInputs.For(Snapshot, plan)!;
        Assert.Equal(("Release", "no-regression"), (kept.Configuration, kept.Rule.PolicyName));
        Assert.Equal(entries, kept.Entries);
    }

    [Theory]
    [InlineData("plans/digits.plan.json", "plans/later/digits.plan.received.json")]
    [InlineData("plans/later/digits.plan.json", "plans/digits.plan.received.json")]
    public void Configuration_and_policy_of_the_artifact_come_before_those_of_the_snapshot(string built, string received)
    {
        PlanFile.Write(Snapshot, Old, byteOrderMark: true);
        SnapshotInputs.Of(Old, [new("engine", "1")], "Debug", SnapshotRule.Default)!.Write(Snapshot);
        PlanFile.Write(_folder.File(built), New);
        PlanFile.Write(_folder.File(received), New, byteOrderMark: true);
        SnapshotInputs.Of(New, [new("engine", "2")], "Release", SnapshotRule.Parse("no-regression", "metric=1"))!.Write(_folder.File(received));

        Assert.Equal(0, Run("--from", _folder.File("plans")).ExitCode);

        var kept = SnapshotInputs.For(Snapshot, New)!;
        Assert.Equal(("Release", "no-regression", "metric=1"), (kept.Configuration, kept.Rule.PolicyName, kept.Rule.ToleranceText));
    }

    [Fact]
    public void What_another_plan_was_made_from_is_not_kept_nor_left()
    {
        PlanFile.Write(Snapshot, Old, byteOrderMark: true);
        SnapshotInputs.Of(Old, [new("engine", "1")], "Release", SnapshotRule.Default)!.Write(Snapshot);
        PlanFile.Write(_folder.File("plans/digits.plan.json"), New with { Fingerprint = new string('7', 64) });
        _folder.Write("plans/digits.inputs.json", """{ "engine": "2" }""");

        Assert.Equal(0, Run("--from", _folder.File("plans")).ExitCode);

        Assert.False(File.Exists(SnapshotInputs.PathOf(Snapshot)));
    }

    [Fact]
    public void A_snapshot_stays_in_its_folder()
    {
        PlanFile.Write(_folder.File("P/snapshots/digits.plan.verified.json"), Old);
        PlanFile.Write(_folder.File("plans/digits.plan.json"), New);

        Assert.Equal(0, Run("--from", _folder.File("plans")).ExitCode);

        Assert.Equal(New, PlanFile.Read(_folder.File("P/snapshots/digits.plan.verified.json")).Plan);
        Assert.False(Directory.Exists(_folder.File("P/AbsPlans")));
    }

    [Fact]
    public void One_plan_twice_is_one_plan_and_two_plans_are_refused()
    {
        PlanFile.Write(Snapshot, Old);
        PlanFile.Write(_folder.File("plans/a/digits.plan.json"), New);
        PlanFile.Write(_folder.File("plans/b/digits.plan.received.json"), New, byteOrderMark: true);
        Assert.Equal(0, Run("--from", _folder.File("plans")).ExitCode);
        Assert.Equal(New, PlanFile.Read(Snapshot).Plan);

        PlanFile.Write(_folder.File("plans/b/digits.plan.received.json"), Old, byteOrderMark: true);
        Refused("ABS4020", "--from", _folder.File("plans"));
        Assert.Equal(New, PlanFile.Read(Snapshot).Plan);
    }

    [Fact]
    public void Two_snapshots_of_one_model_are_refused()
    {
        PlanFile.Write(Snapshot, Old);
        PlanFile.Write(_folder.File("P/more/digits.plan.verified.json"), Old);
        PlanFile.Write(_folder.File("plans/digits.plan.json"), New);

        Refused("ABS4020", "--from", _folder.File("plans"));
    }

    [Fact]
    public void Models_are_taken_by_name()
    {
        PlanFile.Write(Snapshot, Old);
        PlanFile.Write(_folder.File("plans/digits.plan.json"), New);
        PlanFile.Write(_folder.File("plans/other.plan.json"), Other);

        Assert.Equal(0, Run("--from", _folder.File("plans"), "--model", "other").ExitCode);

        Assert.Equal(Old, PlanFile.Read(Snapshot).Plan);
        Assert.True(File.Exists(_folder.File("P/AbsPlans/other.plan.verified.json")));
        Assert.Contains("there are those of 'digits', 'other'", Refused("ABS4007", "--from", _folder.File("plans"), "--model", "x"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ABS4007", null)]
    [InlineData("ABS4003", "{}")]
    [InlineData("ABS4003", "")]
    public void What_is_no_plan_changes_nothing(string code, string? content)
    {
        PlanFile.Write(Snapshot, Old);
        PlanFile.Write(_folder.File("plans/" + (content is null ? "digits.json" : "a.plan.json")), New);
        if (content is not null)
        {
            File.WriteAllText(_folder.File("plans/digits.plan.json"), content);
        }

        Refused(code, "--from", _folder.File("plans"));
        Assert.Equal(Old, PlanFile.Read(Snapshot).Plan);
    }

    [UnixFact]
    public void Links_are_not_followed()
    {
        PlanFile.Write(Snapshot, Old);
        PlanFile.Write(_folder.File("elsewhere/digits.plan.json"), New);
        Directory.CreateDirectory(_folder.File("plans"));
        File.CreateSymbolicLink(_folder.File("plans/digits.plan.json"), _folder.File("elsewhere/digits.plan.json"));
        Directory.CreateSymbolicLink(_folder.File("plans/more"), _folder.File("elsewhere"));

        Refused("ABS4007", "--from", _folder.File("plans"));

        PlanFile.Write(_folder.File("real/fresh.plan.json"), New with { Model = "fresh" });
        Directory.CreateDirectory(_folder.File("Q"));
        Directory.CreateSymbolicLink(_folder.File("Q/AbsPlans"), _folder.File("elsewhere"));
        var run = CommandRun.Of("accept", _folder.File("Q"), "--from", _folder.File("real"));
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("error ABS5031: ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("y\nn\n", true, false)]
    [InlineData("n\nyes\n", false, true)]
    [InlineData("a\n", true, true)]
    [InlineData("n\nA\n", false, true)]
    [InlineData("y\nq\n", true, false)]
    [InlineData("what?\nn\ny\n", false, true)]
    [InlineData("y\n", true, false)]
    [InlineData("", false, false)]
    public void Each_change_is_shown_before_it_is_taken(string answers, bool digits, bool other)
    {
        PlanFile.Write(Snapshot, Old);
        PlanFile.Write(_folder.File("plans/digits.plan.json"), New);
        PlanFile.Write(_folder.File("plans/other.plan.json"), Other);

        var run = CommandRun.Answering(answers, "accept", _folder.File("P"), "--from", _folder.File("plans"), "-i");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(digits ? New : Old, PlanFile.Read(Snapshot).Plan);
        Assert.Equal(other, File.Exists(_folder.File("P/AbsPlans/other.plan.verified.json")));
        Assert.Contains("conv1", run.Output[..run.Output.IndexOf("Accept the plan of 'digits' (1 of 2)?", StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    [Fact]
    public void An_accepted_plan_is_not_asked_about()
    {
        PlanFile.Write(Snapshot, New);
        PlanFile.Write(_folder.File("plans/digits.plan.json"), New);

        Assert.Equal("No plan waits for being accepted.\n", CommandRun.Answering("", "accept", _folder.File("P"), "--from", _folder.File("plans"), "-i").Output);
    }

    [Fact]
    public void What_follows_the_dashes_belongs_to_a_build()
    {
        PlanFile.Write(_folder.File("plans/digits.plan.json"), New);

        var run = Run("--from", _folder.File("plans"), "--", "-c", "Release");

        Assert.Equal((2, "--from builds nothing, so nothing may follow --.\n"), (run.ExitCode, run.Error));
        Assert.False(Directory.Exists(_folder.File("P/AbsPlans")));
    }

    private CommandRun Run(params string[] more)
    {
        Directory.CreateDirectory(_folder.File("P"));
        return CommandRun.Of(["accept", _folder.File("P"), .. more]);
    }

    private string Refused(string code, params string[] more)
    {
        var run = Run(more);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"error {code}: ", run.Error.Replace("(1,1)", "", StringComparison.Ordinal), StringComparison.Ordinal);
        return run.Error;
    }
}
