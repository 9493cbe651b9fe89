using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Documents;

public sealed class PlanFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_plan_file_reads_back_with_or_without_a_mark(bool mark)
    {
        PlanFile.Write(_folder.File("a/b/p.json"), SamplePlan.Digits, mark);

        var bytes = File.ReadAllBytes(_folder.File("a/b/p.json"));
        Assert.Equal(mark, bytes.AsSpan().StartsWith("\uFEFF"u8));
        Assert.Equal((byte)'}', bytes[^1]);
        Assert.Equal(SamplePlan.Digits, PlanFile.Read(_folder.File("a/b/p.json")).Plan);
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_are_refused()
    {
        File.WriteAllBytes(_folder.File("p.json"), [0x7b, 0xff, 0xfe, 0x7d]);

        var error = Assert.Throws<AbsException>(() => PlanFile.Read(_folder.File("p.json"), "p.json"));

        Assert.Equal(AbsCodes.InvalidPlan, error.Code);
        Assert.Equal("p.json: the file is not UTF-8. Save it as UTF-8, or delete it and accept a new plan.", error.Message);
    }

    [Fact]
    public void A_file_too_large_is_not_even_read()
    {
        using (var stream = File.Create(_folder.File("p.json")))
        {
            stream.SetLength(PlanJson.MaxLength + 1L);
        }

        var error = Assert.Throws<AbsException>(() => PlanFile.Read(_folder.File("p.json"), "p.json"));

        Assert.Equal(AbsCodes.InvalidPlan, error.Code);
        Assert.Equal("p.json: the file is too large to be a plan. Delete it and accept a new plan.", error.Message);
    }

    public void Dispose() => _folder.Dispose();
}
