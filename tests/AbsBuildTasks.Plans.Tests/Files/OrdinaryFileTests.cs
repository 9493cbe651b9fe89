using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Files;

public sealed class OrdinaryFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("a.plan.json");

    public void Dispose() => _folder.Dispose();

    [UnixTheory]
    [InlineData(SpecialFile.Pipe)]
    [InlineData(SpecialFile.LinkToPipe)]
    [InlineData(SpecialFile.LinkToZeros)]
    [InlineData(SpecialFile.Socket)]
    public void What_is_no_ordinary_file_reads_as_empty(string kind)
    {
        SpecialFile.Make(Path, kind);

        Assert.Equal(0, OrdinaryFile.Length(Path));
        Assert.Empty(OrdinaryFile.ReadAllBytes(Path));
        Assert.Empty(OrdinaryFile.ReadAllText(Path));
        Assert.Empty(OrdinaryFile.ReadAllLines(Path));
        using var stream = OrdinaryFile.Open(Path);
        Assert.Equal(-1, stream.ReadByte());
    }

    [UnixTheory]
    [InlineData(SpecialFile.Pipe)]
    [InlineData(SpecialFile.LinkToPipe)]
    [InlineData(SpecialFile.LinkToZeros)]
    [InlineData(SpecialFile.Socket)]
    public void Documents_are_refused_that_are_no_ordinary_files(string kind)
    {
        SpecialFile.Make(Path, kind);

        var plan = Assert.Throws<AbsException>(() => PlanFile.Read(Path));
        Assert.Equal(AbsCodes.InvalidPlan, plan.Code);
        Assert.Contains("no ordinary file but a pipe or a device", plan.Message, StringComparison.Ordinal);
        Assert.Equal(AbsCodes.InvalidPlan, Assert.Throws<AbsException>(() => SweepFile.Read(Path, "a", "b")).Code);
        Assert.Equal(AbsCodes.InvalidRunRecord, Assert.Throws<AbsException>(() => RunHistory.Read(Path)).Code);
        Assert.Null(FingerprintReport.TryRead(Path));
        Assert.Null(RecordedInputs.Read(Path));
    }

    [UnixTheory]
    [InlineData("plan")]
    public void A_link_counts_as_what_it_leads_to(string text)
    {
        File.CreateSymbolicLink(Path, _folder.Write("elsewhere", text));

        Assert.Equal(text.Length, OrdinaryFile.Length(Path));
        Assert.Equal(text, OrdinaryFile.ReadAllText(Path));
    }

    [UnixTheory]
    [InlineData(PlanJson.MaxLength + 1L)]
    public void A_link_to_a_file_that_is_too_large_for_a_plan_is_not_read(long length)
    {
        using (var large = File.Create(_folder.File("large")))
        {
            large.SetLength(length);
        }

        File.CreateSymbolicLink(Path, _folder.File("large"));

        Assert.Contains("too large", Assert.Throws<AbsException>(() => PlanFile.Read(Path)).Message, StringComparison.Ordinal);
    }
}
