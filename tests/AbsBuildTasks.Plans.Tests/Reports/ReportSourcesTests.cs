using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Reports;

public sealed class ReportSourcesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    public ReportSourcesTests()
    {
        PlanFile.Write(_folder.File("a.plan.json"), SamplePlan.Digits);
        PlanFile.Write(_folder.File("s.json"), SamplePlan.Digits);
        SweepFile.Write(_folder.File("a.sweep.json"), SweepResult.Of(SamplePlan.Digits, [SamplePlan.Digits with { Budget = "bops=4%" }]));
        _folder.Write("a.run.json", """{ "device": "cpu", "epochs": [] }""");
        WriteFingerprint("engine changed", hasPlan: false);
    }

    private ReportSources Sources => new(_folder.File("a.plan.json"), _folder.File("s.json"), _folder.File("f.json"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_lies_beside_a_plan_is_read()
    {
        var content = Read(Sources);

        Assert.Equal((SamplePlan.Digits, SamplePlan.Digits, "cpu", 2), (content.Plan, content.Snapshot, content.History?.Device, content.Sweep?.Points.Count));
        Assert.Equal(["engine changed"], content.Reasons);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void What_is_not_there_is_left_out()
    {
        PlanFile.Write(_folder.File("b.plan.json"), SamplePlan.Digits);

        Assert.Equal(new ReportContent { Plan = SamplePlan.Digits }, Read(new(_folder.File("b.plan.json"), null, _folder.File("none"))) with { Reasons = new ReportContent { Plan = SamplePlan.Digits }.Reasons });
        Assert.Empty(_warnings);
    }

    [Fact]
    public void What_cannot_be_read_or_is_of_another_search_is_left_out_with_a_warning()
    {
        _folder.Write("a.run.json", "{");
        SweepFile.Write(_folder.File("a.sweep.json"), SweepResult.Of(SamplePlan.Digits with { Fingerprint = new('0', 64) }, []));

        var content = Read(Sources);

        Assert.Equal((null, null), (content.History, content.Sweep));
        Assert.Equal([AbsCodes.InvalidRunRecord, AbsCodes.InvalidPlan], _warnings);
    }

    [Theory]
    [InlineData("a.plan.json")]
    [InlineData("a.run.json")]
    [InlineData("a.sweep.json")]
    [InlineData("s.json")]
    public void The_stamp_changes_with_each_file(string name)
    {
        var before = Sources.Stamp();
        Assert.Equal(before, Sources.Stamp());

        File.AppendAllText(_folder.File(name), " ");

        Assert.NotEqual(before, Sources.Stamp());
    }

    [Fact]
    public void Of_the_fingerprint_the_stamp_changes_with_what_a_report_tells()
    {
        var before = Sources.Stamp();
        WriteFingerprint("engine changed", hasPlan: true);
        Assert.Equal(before, Sources.Stamp());

        WriteFingerprint("setting:Seed changed from 1 to 2", hasPlan: false);
        Assert.NotEqual(before, Sources.Stamp());
    }

    private void WriteFingerprint(string change, bool hasPlan) => _folder.Write(
        "f.json",
        $$"""{ "model": "digits", "fingerprint": "{{SamplePlan.Fingerprint}}", "before": "{{SamplePlan.Fingerprint}}", "hasPlan": {{(hasPlan ? "true" : "false")}}, "entries": [], "changes": ["{{change}}"] }""");

    private ReportContent Read(ReportSources sources) => sources.Read(problem => _warnings.Add(problem.Code));
}
