using System.Text;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Snapshots;

/// <summary>The form of snapshots that Verify and its tools rely on; see docs/snapshot-tests.md.</summary>
public sealed class SnapshotFormTests : IDisposable
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Received_and_accepted_files_have_the_names_and_bytes_of_verifys()
    {
        var verifier = new SnapshotVerifier(_folder.Path);
        byte[] expected = [.. Mark, .. Encoding.UTF8.GetBytes(PlanJson.Write(SamplePlan.Digits))];

        verifier.Verify(SamplePlan.Digits, SnapshotPolicy.Exact, SnapshotTolerances.None);
        Assert.Equal(["digits.plan.received.json"], _folder.FileNames());
        Assert.Equal(expected, File.ReadAllBytes(_folder.File("digits.plan.received.json")));

        verifier.Accept(SamplePlan.Digits);
        Assert.Equal(["digits.plan.verified.json"], _folder.FileNames());
        Assert.Equal(expected, File.ReadAllBytes(_folder.File("digits.plan.verified.json")));
    }

    [Fact]
    public void A_plans_text_has_bare_line_feeds_no_blank_ends_and_no_line_at_the_end()
    {
        var text = PlanJson.Write(SamplePlan.Digits);

        Assert.DoesNotContain('\r', text);
        Assert.DoesNotContain('\uFEFF', text);
        Assert.All(text.Split('\n'), line => Assert.Equal(line.TrimEnd(), line));
        Assert.Equal('}', text[^1]);
    }

    [Fact]
    public void A_snapshot_that_verifys_tools_accepted_by_renaming_passes()
    {
        var verifier = new SnapshotVerifier(_folder.Path);
        verifier.Verify(SamplePlan.Digits, SnapshotPolicy.Exact, SnapshotTolerances.None);

        File.Move(_folder.File("digits.plan.received.json"), _folder.File("digits.plan.verified.json"));

        Assert.Equal(SnapshotOutcome.Passed, verifier.Verify(SamplePlan.Digits, SnapshotPolicy.Exact, SnapshotTolerances.None).Outcome);
    }

    [Fact]
    public void The_samples_snapshot_is_written_in_that_form()
    {
        var snapshot = Path.Combine(Repository.Root, "samples", "Digits", "AbsPlans", "digits.plan.verified.json");

        Assert.Equal([.. Mark, .. Encoding.UTF8.GetBytes(PlanJson.Write(PlanFile.Read(snapshot).Plan))], File.ReadAllBytes(snapshot));
    }

    public void Dispose() => _folder.Dispose();
}
