using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.State;

namespace AbsBuildTasks.Tests.State;

public sealed class FingerprintReportFileTests : IDisposable
{
    private static readonly Fingerprint First = new FingerprintBuilder().Add("setting:Seed", "1").Build();
    private static readonly Fingerprint Second = new FingerprintBuilder().Add("setting:Seed", "2").Build();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_led_to_a_plan_stays_written_down_until_something_else_changes()
    {
        var searched = Write(Second, First.Hash, "Seed changed");
        Assert.Equal((First.Hash, false), (searched.Before, searched.HasPlan));
        Assert.Equal(["Seed changed"], searched.Changes);

        var asked = Write(Second, Second.Hash);
        Assert.Equal((Second.Hash, First.Hash, true), (asked.Fingerprint, asked.Before, asked.HasPlan));
        Assert.Equal(["Seed changed"], asked.Changes);
        Assert.Equal(Second.Entries, asked.Entries);

        var back = Write(First, Second.Hash, "Seed changed back");
        Assert.Equal((Second.Hash, false), (back.Before, back.HasPlan));
        Assert.Equal(["Seed changed back"], back.Changes);

        // Of this plan nothing is written down.
        var other = Write(Second, Second.Hash);
        Assert.Equal((null, true), (other.Before, other.HasPlan));
        Assert.Empty(other.Changes);
        Assert.False(Write(First, last: null).HasPlan);
    }

    private FingerprintReport Write(Fingerprint fingerprint, string? last, params string[] changes)
    {
        FingerprintReportFile.Write(_folder.Path, "digits", fingerprint, last, changes);
        return FingerprintReport.TryRead(FingerprintReport.PathOf(_folder.Path, "digits"))!;
    }
}
