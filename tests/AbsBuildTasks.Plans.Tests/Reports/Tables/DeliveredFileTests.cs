using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Plans.Reports;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Reports.Tables;

public class DeliveredFileTests
{
    private static readonly FileTiming Timing = new() { Machine = "A processor", Runtime = "Microsoft.ML.OnnxRuntime 1.31.1", Threads = 1, Batch = 1, Nanoseconds = 5_000, FloatNanoseconds = 10_000 };
    private static readonly OnnxRecord Record = new() { FileBytes = 20_000, FloatBytes = 160_000, Opset = 17, MetricName = "top-1", Metric = 91, NetworkMetric = 91, QuantizesSums = false, Layers = 3, IntegerLayers = 2 };
    private static readonly DeliveredFile File = new(Record, Timing);

    [Fact]
    public void A_file_is_found_beside_its_plan_and_shown_in_every_report()
    {
        using var folder = new TemporaryFolder();
        var plan = Path.Combine(folder.Path, "digits.plan.json");
        PlanFile.Write(plan, SamplePlan.Digits);
        var sources = new ReportSources(plan, null, null);
        var stamp = sources.Stamp();
        Assert.Null(DeliveredFile.TryFind(plan));

        OnnxRecordJson.WriteFile(Path.Combine(folder.Path, "digits.onnx.json"), Record);
        FileTimingJson.WriteFile(Path.Combine(folder.Path, "digits.timing.json"), Timing);

        Assert.Equal(File, DeliveredFile.TryFind(plan));
        Assert.NotEqual(stamp, sources.Stamp());
        var content = sources.Read(problem => Assert.Fail(problem.Message));
        Assert.Contains("8.0 times smaller", ReportForm.Markdown.Render(content), StringComparison.Ordinal);
        Assert.Contains("2.00 times faster", ReportForm.Markdown.Render(content), StringComparison.Ordinal);
        Assert.Contains("Measured time", ReportForm.Page.Render(content), StringComparison.Ordinal);
        Assert.Contains("2.00 times faster", ReportForm.Page.Render(content), StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_that_cannot_be_read_is_none()
    {
        using var folder = new TemporaryFolder();
        folder.Write("digits.onnx.json", "{}");

        Assert.Null(DeliveredFile.TryFind(Path.Combine(folder.Path, "digits.plan.json")));
    }

    [Fact]
    public void A_plan_shows_file_times_and_what_its_table_says()
    {
        var text = ReportText.Write(PlanReport.Of(SamplePlan.Timed, File));

        Assert.Matches(@"ONNX file\s+160,000 -> 20,000 bytes\s+8\.0 times smaller", text);
        Assert.Matches(@"measured time\s+10\.0 us -> 5\.0 us\s+2\.00 times faster, the table's layers 3\.0 us -> 1\.4 us", text);
        Assert.DoesNotContain("measured", ReportText.Write(PlanReport.Of(SamplePlan.Timed)), StringComparison.Ordinal);
        Assert.Contains("1.20 times slower", ReportText.Write(PlanReport.Of(SamplePlan.Digits, File with { Timing = Timing with { Nanoseconds = 12_000 } })), StringComparison.Ordinal);
    }

    [Fact]
    public void A_diff_compares_sizes_and_times_of_one_machine()
    {
        var after = SamplePlan.Digits.With("conv1", layer => layer with { WeightBits = 4 });
        var smaller = new DeliveredFile(Record with { FileBytes = 15_000 }, Timing with { Nanoseconds = 4_000 });
        var both = Text(File, smaller);

        Assert.Matches(@"ONNX file\s+20,000 -> 15,000 bytes\s+-25\.0%\s+better", both);
        Assert.Matches(@"measured time\s+5\.0 us -> 4\.0 us\s+-20\.0%", both);
        Assert.DoesNotContain("measured time", Text(File, smaller with { Timing = Timing with { Machine = "Another" } }), StringComparison.Ordinal);
        Assert.Contains("ONNX file: 14.6 KB, 10.7 times smaller than in full precision; 4.0 us, 2.50 times faster", Text(null, smaller), StringComparison.Ordinal);
        Assert.DoesNotContain("ONNX", Text(File, null), StringComparison.Ordinal);

        string Text(DeliveredFile? before, DeliveredFile? now) =>
            ReportText.Write(DiffReport.Of(new ModelDiff(SamplePlan.Digits, after) { FileBefore = before, FileAfter = now }));
    }
}
