using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Snapshots;

public sealed class PlanLockTests : IDisposable
{
    private static readonly CompressionPlan Plan = SamplePlan.Digits;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_snapshot_of_the_fingerprint_is_the_lock()
    {
        Commit(Plan);

        var held = Read();

        Assert.Equal(Plan, held.Plan);
        Assert.Equal(_folder.File("digits.plan.verified.json"), held.File);
        Assert.Equal(PlanLock.IdOf(Plan), held.Id);
        var lines = File.ReadAllLines(held.File);
        Assert.Equal(Array.FindIndex(lines, line => line.Contains("\"conv1\"", StringComparison.Ordinal)) + 1, held.PlaceOf("conv1").Line);
        Assert.Equal(new SourcePlace(held.File, Array.FindIndex(lines, line => line.Contains("\"layers\"", StringComparison.Ordinal)) + 1, 3), held.PlaceOf(null));
    }

    [Fact]
    public void Decisions_hold_whatever_the_metric()
    {
        Commit(Plan);
        var held = Read();
        var trained = Plan with { Metric = Plan.Metric with { FullPrecision = 91, Compressed = 12 } };
        var changed = Plan.With("fc", layer => layer with { WeightBits = 4 });

        Assert.True(held.Holds(trained));
        Assert.Equal(held.Id, PlanLock.IdOf(trained));
        Assert.False(held.Holds(changed));
        Assert.NotEqual(held.Id, PlanLock.IdOf(changed));
        Assert.False(held.Holds(Plan with { Metric = Plan.Metric with { Name = "F1" } }));
    }

    [Fact]
    public void Without_a_snapshot_there_is_none()
    {
        var error = Assert.Throws<AbsException>(() => Read());

        Assert.Equal(AbsCodes.SnapshotMissing, error.Code);
        Assert.Contains("build with AbsSearchMode=auto", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_of_another_fingerprint_says_what_changed()
    {
        Commit(Plan with { Fingerprint = new('a', 64) });

        var known = Assert.Throws<AbsException>(() => Read(fingerprint => [$"data:x.csv changed after {fingerprint[..2]}", "setting:Seed changed from 1 to 2"]));
        var unknown = Assert.Throws<AbsException>(() => Read());

        Assert.Equal(AbsCodes.LockOutdated, known.Code);
        Assert.Equal(new SourcePlace(_folder.File("digits.plan.verified.json"), 4, 3), known.Place);
        Assert.Equal(
            "The snapshot of 'digits' is of other inputs, so AbsSearchMode=locked cannot take its decisions: data:x.csv changed after aa and setting:Seed changed from 1 to 2. Build with AbsSearchMode=auto and accept the plan, undo the change, or, where code means the same as before, keep the plan with -t:AbsKeepPlans.",
            known.Detail);
        Assert.Contains($"its fingerprint is {new string('a', 64)}, the model's {Plan.Fingerprint}", unknown.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_of_another_model_is_refused()
    {
        PlanFile.Write(_folder.File("digits.plan.verified.json"), Plan with { Model = "letters" }, byteOrderMark: true);

        var error = Assert.Throws<AbsException>(() => Read());

        Assert.Equal(AbsCodes.InvalidPlan, error.Code);
        Assert.Equal(3, error.Place!.Line);
    }

    private PlanLock Read(Func<string, IReadOnlyList<string>>? changes = null) => PlanLock.Read(_folder.Path, "digits", Plan.Fingerprint, changes ?? (_ => []));

    private void Commit(CompressionPlan plan) => PlanFile.Write(_folder.File("digits.plan.verified.json"), plan, byteOrderMark: true);
}
