using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Fingerprints;

public sealed class FingerprintFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Recorded_inputs_are_read_in_their_order() =>
        Assert.Equal([new("b", "1"), new("a", "2")], RecordedInputs.Read(_folder.Write("inputs.json", """{ "b": "1", "a": "2" }""")));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{ "a": 1 }""")]
    [InlineData("""{ "a": "1", "a": "2" }""")]
    public void Other_files_hold_no_inputs(string text) => Assert.Null(RecordedInputs.Read(_folder.Write("inputs.json", text)));

    [Fact]
    public void No_file_holds_no_inputs() => Assert.Null(RecordedInputs.Read(_folder.File("inputs.json")));

    [Fact]
    public void A_report_is_read()
    {
        var report = FingerprintReport.TryRead(_folder.Write("digits.json", """
            { "model": "digits", "fingerprint": "ab", "before": "aa", "hasPlan": true, "entries": [{ "name": "engine", "hash": "cd" }], "changes": ["engine changed"] }
            """));

        Assert.NotNull(report);
        Assert.Equal(("digits", "ab", "aa", true), (report.Model, report.Fingerprint, report.Before, report.HasPlan));
        Assert.Equal([new("engine", "cd")], report.Entries);
        Assert.Equal(["engine changed"], report.Changes);
    }

    [Fact]
    public void Changes_are_the_reasons_only_of_what_they_led_from_and_to()
    {
        var (before, after) = (SamplePlan.Digits with { Fingerprint = "aa" }, SamplePlan.Digits with { Fingerprint = "ab" });
        var report = new FingerprintReport("digits", "ab", "aa", [], ["engine changed"]);

        Assert.Equal(["engine changed"], report.ReasonsFor(before, after));
        Assert.Empty(report.ReasonsFor(before with { Fingerprint = "cc" }, after));
        Assert.Empty(report.ReasonsFor(before, after with { Fingerprint = "cc" }));
        Assert.Empty((report with { Model = "other" }).ReasonsFor(before, after));
    }

    [Fact]
    public void Other_files_are_no_report() => Assert.Null(FingerprintReport.TryRead(_folder.Write("digits.json", """{ "model": "digits" }""")));
}
