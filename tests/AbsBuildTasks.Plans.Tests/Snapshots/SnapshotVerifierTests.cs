using System.Text;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;

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

        Assert.Equal(SamplePlan.Digits, _verifier.Accept("digits"));

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
        _verifier.Accept("digits");
        Assert.Equal(SnapshotOutcome.Passed, Verify(SamplePlan.Digits).Outcome);
    }

    [Fact]
    public void Nothing_received_is_nothing_to_accept()
    {
        var error = Assert.Throws<AbsException>(() => _verifier.Accept("digits"));

        Assert.Equal(AbsCodes.NothingToAccept, error.Code);
        Assert.Equal($"There is no {_folder.File(ReceivedName)} to accept; build first, and accept only where the build reports a changed or missing snapshot.", error.Message);
    }

    [Fact]
    public void Only_a_plan_of_the_model_is_accepted()
    {
        Commit(SamplePlan.Digits);
        var before = File.ReadAllBytes(_folder.File(VerifiedName));

        _folder.Write(ReceivedName, PlanJson.Write(SamplePlan.Digits)[..100]);
        Assert.Equal(AbsCodes.InvalidPlan, Assert.Throws<AbsException>(() => _verifier.Accept("digits")).Code);

        _folder.Write(ReceivedName, PlanJson.Write(SamplePlan.Digits with { Model = "letters" }));
        var error = Assert.Throws<AbsException>(() => _verifier.Accept("digits"));

        Assert.Equal($"{_folder.File(ReceivedName)} holds the plan of the model \"letters\", not of \"digits\"; delete it and build again.", error.Message);
        Assert.Equal(before, File.ReadAllBytes(_folder.File(VerifiedName)));
    }

    [Fact]
    public void No_model_name_leaves_the_folder()
    {
        Assert.Equal(AbsCodes.InvalidModelName, Assert.Throws<AbsException>(() => Verify(SamplePlan.Digits with { Model = "../digits" })).Code);
        Assert.Equal(AbsCodes.InvalidModelName, Assert.Throws<AbsException>(() => _verifier.Accept("/etc/passwd")).Code);
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

    private void Commit(CompressionPlan plan) => PlanFile.Write(_folder.File(VerifiedName), plan, byteOrderMark: true);
}
