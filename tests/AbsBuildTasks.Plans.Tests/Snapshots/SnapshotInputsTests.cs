using System.Globalization;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Snapshots;

public sealed class SnapshotInputsTests : IDisposable
{
    private static readonly KeyValuePair<string, string>[] Few = [new("data:x.csv", new('1', 64)), new("setting:Seed", "1")];

    private readonly TemporaryFolder _folder = new();

    private string Snapshot => new SnapshotPaths(_folder.Path, "digits").Verified;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_kept_with_a_snapshot_is_read_again()
    {
        var rule = SnapshotRule.Parse("no-regression", "metric=1;bops=5%");
        new SnapshotVerifier(_folder.Path).Accept(SamplePlan.Digits, SnapshotInputs.Of(SamplePlan.Digits, Few, "Release", rule));

        var read = SnapshotInputs.For(Snapshot, SamplePlan.Digits)!;

        Assert.Equal(Few, read.Entries);
        Assert.Equal(("Release", rule), (read.Configuration, read.Rule));
        var text = File.ReadAllBytes(_folder.File("digits.inputs.verified.json"));
        Assert.Equal([0xEF, 0xBB, 0xBF], text[..3]);
        Assert.NotEqual((byte)'\n', text[^1]);
    }

    [Fact]
    public void Those_of_another_plan_count_for_nothing()
    {
        new SnapshotVerifier(_folder.Path).Accept(SamplePlan.Digits, SnapshotInputs.Of(SamplePlan.Digits, Few, "", SnapshotRule.Default));

        Assert.Null(SnapshotInputs.For(Snapshot, SamplePlan.Digits with { Fingerprint = new('b', 64) }));
        Assert.Null(SnapshotInputs.For(Snapshot, SamplePlan.Digits with { Model = "other" }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<<<<<<< ours\n")]
    [InlineData("[]")]
    [InlineData("""{ "schemaVersion": 2 }""")]
    [InlineData("""{ "schemaVersion": 1, "model": "digits", "fingerprint": "x", "configuration": "", "policy": "none", "tolerance": "", "inputs": {} }""")]
    public void What_cannot_be_read_is_not_known(string text)
    {
        _folder.Write("digits.inputs.verified.json", text);

        Assert.Null(SnapshotInputs.For(Snapshot, SamplePlan.Digits));
    }

    [Fact]
    public void A_received_plan_has_its_own_which_go_with_it()
    {
        var verifier = new SnapshotVerifier(_folder.Path);
        var inputs = SnapshotInputs.Of(SamplePlan.Digits, Few, "Debug", SnapshotRule.Default);
        verifier.Verify(SamplePlan.Digits, SnapshotPolicy.Exact, SnapshotTolerances.None, inputs);
        Assert.Equal(Few, SnapshotInputs.For(new SnapshotPaths(_folder.Path, "digits").Received, SamplePlan.Digits)!.Entries);

        verifier.Accept(SamplePlan.Digits, inputs);

        Assert.Equal(["digits.inputs.verified.json", "digits.plan.verified.json"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Plans_that_are_no_snapshots_have_none() => Assert.Null(SnapshotInputs.PathOf("bin/digits.plan.json"));

    [Fact]
    public void Many_data_files_are_one_for_each_folder()
    {
        var before = InputEntries.Short(Images(1000, changed: -1));

        Assert.Equal(["data:../shared/**", "data:images/**", "setting:Seed"], before.Select(entry => entry.Key));
        Assert.Equal(["data:images/** changed"], InputEntries.Changes(before, Images(1000, changed: 7)));
        Assert.Equal(["data:images/** changed"], InputEntries.Changes(before, Images(10, changed: -1)));
        Assert.Empty(InputEntries.Changes(before, Images(1000, changed: -1)));
    }

    [Property]
    public void A_change_is_never_lost(byte files, byte changed)
    {
        var count = files + 1;
        var (before, after) = (Images(count, -1), Images(count, changed % count));

        Assert.Single(InputEntries.Changes(before, after));
        Assert.Equal(InputEntries.Changes(before, after), InputEntries.Changes(InputEntries.Short(before), InputEntries.Short(after)));
    }

    private static KeyValuePair<string, string>[] Images(int count, int changed) =>
    [
        new("setting:Seed", "1"),
        new("data:../shared/labels.csv", new('2', 64)),
        .. Enumerable.Range(0, count).Select(index => new KeyValuePair<string, string>(
            string.Create(CultureInfo.InvariantCulture, $"data:images/{index % 3}/{index}.png"),
            new(index == changed ? 'f' : '0', 64))),
    ];
}
