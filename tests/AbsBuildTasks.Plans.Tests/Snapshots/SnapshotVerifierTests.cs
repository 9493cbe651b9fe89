using System.Text;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Tests.Snapshots;

public sealed class SnapshotVerifierTests : IDisposable
{
    private const string VerifiedName = "digits.plan.verified.json";
    private const string ReceivedName = "digits.plan.received.json";

    private readonly TemporaryFolder _folder = new();
    private readonly SnapshotVerifier _verifier;

    public SnapshotVerifierTests() => _verifier = new(_folder.Path);

    private static CompressionPlan Changed => SamplePlan.Digits.With("fc", layer => layer with { WeightBits = 4 });

    [Fact]
    public void The_first_plan_is_received_and_waits_for_acceptance()
    {
        var verifier = new SnapshotVerifier(_folder.File("AbsPlans"));

        var result = verifier.Verify(SamplePlan.Digits, SnapshotPolicy.Exact, SnapshotTolerances.None);

        Assert.Equal(SnapshotOutcome.Missing, result.Outcome);
        Assert.Null(result.Diff);
        Assert.Equal(["AbsPlans/" + ReceivedName], _folder.FileNames());
        Assert.Equal(Encoding.UTF8.GetBytes("\uFEFF" + PlanJson.Write(SamplePlan.Digits)), File.ReadAllBytes(result.Paths.Received));
    }

    [Fact]
    public void An_accepted_plan_passes()
    {
        Verify(SamplePlan.Digits);

        Assert.Equal(SamplePlan.Digits, _verifier.ReadReceived("digits"));
        _verifier.Accept(SamplePlan.Digits);

        Assert.Equal([VerifiedName], _folder.FileNames());
        var result = Verify(SamplePlan.Digits);
        Assert.Equal(SnapshotOutcome.Passed, result.Outcome);
        Assert.True(result.Diff!.IsEmpty);
        Assert.Null(result.Position);
    }

    [Fact]
    public void A_snapshot_passes_however_git_checked_it_out()
    {
        _folder.Write(VerifiedName, PlanJson.Write(SamplePlan.Digits).Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n");

        Assert.Equal(SnapshotOutcome.Passed, Verify(SamplePlan.Digits).Outcome);
    }

    [Fact]
    public void A_changed_plan_is_received_with_its_place_in_the_snapshot()
    {
        Commit(SamplePlan.Digits);

        var result = Verify(Changed);

        Assert.Equal(SnapshotOutcome.Mismatch, result.Outcome);
        Assert.Equal("weightBits", result.Violations[0].Property);
        Assert.Equal(new TextPosition(50, 7), result.Position);
        Assert.Equal("fc", Assert.Single(result.Diff!.Layers).Name);
        Assert.Equal([ReceivedName, VerifiedName], _folder.FileNames());
        Assert.Equal(Changed, PlanFile.Read(_folder.File(ReceivedName)).Plan);
    }

    [Fact]
    public void A_plan_that_passes_again_removes_what_was_received()
    {
        Commit(SamplePlan.Digits);
        Verify(Changed);

        Verify(SamplePlan.Digits);

        Assert.Equal([VerifiedName], _folder.FileNames());
    }

    [Fact]
    public void A_change_that_the_policy_allows_passes_and_is_told()
    {
        Commit(SamplePlan.Digits);

        var result = _verifier.Verify(Changed, SnapshotPolicy.NoRegression, SnapshotTolerances.None);

        Assert.Equal(SnapshotOutcome.Passed, result.Outcome);
        Assert.False(result.Diff!.IsEmpty);
        Assert.Equal([VerifiedName], _folder.FileNames());
    }

    [Fact]
    public void A_broken_snapshot_is_an_error_that_can_be_accepted_away()
    {
        _folder.Write(VerifiedName, "<<<<<<< HEAD\n");

        var error = Assert.Throws<AbsException>(() => Verify(SamplePlan.Digits));

        Assert.Equal(AbsCodes.InvalidPlan, error.Code);
        Assert.Contains($"{VerifiedName}(1,", error.Message, StringComparison.Ordinal);
        Assert.Equal(VerifiedName, Path.GetFileName(error.Place!.File));
        _verifier.Accept(_verifier.ReadReceived("digits")!);
        Assert.Equal(SnapshotOutcome.Passed, Verify(SamplePlan.Digits).Outcome);
    }

    [Fact]
    public void Nothing_received_is_nothing_to_read() => Assert.Null(_verifier.ReadReceived("digits"));

    [Fact]
    public void Only_a_plan_of_the_model_is_read()
    {
        _folder.Write(ReceivedName, PlanJson.Write(SamplePlan.Digits)[..100]);
        Assert.Equal(AbsCodes.InvalidPlan, Assert.Throws<AbsException>(() => _verifier.ReadReceived("digits")).Code);

        _folder.Write(ReceivedName, PlanJson.Write(SamplePlan.Digits with { Model = "letters" }));
        var error = Assert.Throws<AbsException>(() => _verifier.ReadReceived("digits"));

        Assert.Equal($"{_folder.File(ReceivedName)}: it holds the plan of the model \"letters\", not of \"digits\"; delete it and build again.", error.Message);
    }

    [Fact]
    public void Comparing_writes_and_removes_nothing()
    {
        Assert.Equal(SnapshotOutcome.Missing, Compare(Changed).Outcome);
        Assert.Empty(_folder.FileNames());

        Commit(SamplePlan.Digits);
        var result = Compare(Changed);
        Assert.Equal((SnapshotOutcome.Mismatch, new TextPosition(50, 7)), (result.Outcome, result.Position));
        Assert.Equal([VerifiedName], _folder.FileNames());

        Verify(Changed);
        Assert.Equal(SnapshotOutcome.Passed, Compare(SamplePlan.Digits).Outcome);
        Assert.Equal([ReceivedName, VerifiedName], _folder.FileNames());
    }

    public static TheoryData<Func<CompressionPlan, CompressionPlan>, string, string> Changes => new()
    {
        { plan => plan with { Budget = "bops=6%" }, "\"budget\"", "" },
        { plan => plan with { Totals = plan.Totals with { FullPrecisionSizeBytes = 1001 } }, "\"fullPrecisionSizeBytes\"", "" },
        { plan => plan with { Metric = plan.Metric with { Compressed = 50 } }, "\"compressed\"", "" },
        { plan => plan.With("conv2", layer => layer with { WeightBits = 8 }), "\"weightBits\"", "conv2" },
        { plan => plan.With("conv2", layer => layer with { ActivationBits = 8 }), "\"activationBits\"", "conv2" },
        { plan => plan.With("conv2", layer => layer with { KeptFilters = FilterRanges.All(16) }), "\"keptFilters\"", "conv2" },
        { plan => plan.WithLayers(plan.Layers[0], plan.Layers[2]), "\"name\"", "conv2" },
        { plan => plan.WithLayers([.. plan.Layers, plan.Layers[2] with { Name = "new" }]), "\"name\"", "fc" },
        { plan => plan.WithLayers([plan.Layers[2] with { Name = "new" }, .. plan.Layers]), "\"layers\"", "" },
        { plan => plan.WithLayers(plan.Layers[1], plan.Layers[0], plan.Layers[2]), "\"name\"", "conv1" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Each_change_is_shown_where_it_stands(Func<CompressionPlan, CompressionPlan> change, string property, string layer)
    {
        Commit(SamplePlan.Digits);
        var lines = PlanJson.Write(SamplePlan.Digits).Split('\n');
        var start = layer.Length == 0 ? 0 : Array.FindIndex(lines, line => line.Contains($"\"name\": \"{layer}\"", StringComparison.Ordinal));
        var line = Array.FindIndex(lines, start, line => line.Contains(property, StringComparison.Ordinal));

        Assert.Equal(new TextPosition(line + 1, lines[line].IndexOf(property, StringComparison.Ordinal) + 1), Compare(change(SamplePlan.Digits)).Position);
    }

    [Fact]
    public void Snapshots_of_no_model_are_found_and_kept()
    {
        Commit(SamplePlan.Digits);
        foreach (var name in new[] { "letters.plan.verified.json", "letters.plan.received.json", "notes.md", "letters.network.verified.json" })
        {
            _folder.Write(name, "");
        }

        Assert.Equal(["letters.plan.received.json", "letters.plan.verified.json"], _verifier.Orphans(["digits"]).Select(file => Path.GetFileName(file)));
        Assert.Empty(_verifier.Orphans(["digits", "letters"]));
        Assert.Empty(new SnapshotVerifier(_folder.File("nowhere")).Orphans([]));
        Assert.Equal(5, _folder.FileNames().Length);
    }

    [Fact]
    public void The_snapshot_of_a_model_before_its_name_changed_case_is_another_file_where_the_disk_says_so()
    {
        Commit(SamplePlan.Digits);
        var renamed = new SnapshotPaths(_folder.Path, "Digits").Verified;
        var isSame = File.Exists(renamed);

        Assert.Equal(isSame ? [] : [VerifiedName], _verifier.Orphans(["Digits"]).Select(file => Path.GetFileName(file)));
        PlanFile.Write(renamed, SamplePlan.Digits with { Model = "Digits" }, byteOrderMark: true);
        Assert.Equal(isSame ? [] : [VerifiedName], _verifier.Orphans(["Digits"]).Select(file => Path.GetFileName(file)));
    }

    [Fact]
    public void No_model_name_leaves_the_folder()
    {
        Assert.Equal(AbsCodes.InvalidModelName, Assert.Throws<AbsException>(() => Verify(SamplePlan.Digits with { Model = "../digits" })).Code);
        Assert.Equal(AbsCodes.InvalidModelName, Assert.Throws<AbsException>(() => _verifier.ReadReceived("/etc/passwd")).Code);
        Assert.Empty(_folder.FileNames());
    }

    [Fact]
    public void What_an_interrupted_write_left_changes_nothing()
    {
        Commit(SamplePlan.Digits);
        _folder.Write($".{VerifiedName}.0123.tmp", "{ \"schemaVersion\": 1, \"mod");

        Assert.Equal(SnapshotOutcome.Passed, Verify(SamplePlan.Digits).Outcome);
    }

    public void Dispose() => _folder.Dispose();

    private SnapshotResult Verify(CompressionPlan plan) => _verifier.Verify(plan, SnapshotPolicy.Exact, SnapshotTolerances.None);

    private SnapshotResult Compare(CompressionPlan plan) => _verifier.Compare(plan, SnapshotPolicy.Exact, SnapshotTolerances.None);

    private void Commit(CompressionPlan plan) => PlanFile.Write(_folder.File(VerifiedName), plan, byteOrderMark: true);
}
