using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.State;

namespace AbsBuildTasks.Tests;

public sealed class FingerprintReportFileTests : IDisposable
{
    private static readonly Fingerprint First = new FingerprintBuilder().Add("setting:Seed", "1").Build();
    private static readonly Fingerprint Second = new FingerprintBuilder().Add("setting:Seed", "2").Build();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_led_to_a_plan_stays_written_down_until_something_else_changes()
    {
        Assert.Equal(["Seed changed"], Write(First, hasPlan: false, "Seed changed").Changes);

        var asked = Write(First, hasPlan: true);
        Assert.Equal((First.Hash, true), (asked.Fingerprint, asked.HasPlan));
        Assert.Equal(["Seed changed"], asked.Changes);
        Assert.Equal(First.Entries, asked.Entries);

        Assert.Equal(["Seed changed back"], Write(Second, hasPlan: false, "Seed changed back").Changes);
        Assert.Empty(Write(First, hasPlan: true).Changes);
        Assert.Empty(Write(First, hasPlan: false).Changes);
    }

    private FingerprintReport Write(Fingerprint fingerprint, bool hasPlan, params string[] changes)
    {
        FingerprintReportFile.Write(_folder.Path, "digits", fingerprint, hasPlan, changes);
        return FingerprintReport.TryRead(FingerprintReportFile.PathOf(_folder.Path, "digits"))!;
    }
}
