using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Snapshots;

namespace AbsBuildTasks.Plans.Tests.Infrastructure;

/// <summary>A plan with each verdict there is.</summary>
internal static class SampleVerdict
{
    private static readonly CompressionPlan Before = SamplePlan.Digits with { Metric = SamplePlan.Digits.Metric with { Examples = 1000, Noise = 1.7 } };

    private static readonly CompressionPlan After = Before.With("conv2", layer => layer with { WeightBits = 8 }) with
    {
        Fingerprint = new('a', 64),
        Metric = Before.Metric with { Compressed = 91.5 },
    };

    private static readonly DeliveredFile FileBefore = Delivered(500, 40_000);

    private static readonly DeliveredFile FileAfter = Delivered(600, 44_000);

    /// <summary>The names of all.</summary>
    public static IEnumerable<string> Names => ["accepted", "allowed", "refused", "new", "unchanged"];

    /// <summary>What a report tells.</summary>
    public static ReportContent Of(string name)
    {
        var model = Diff(name);
        return new()
        {
            Plan = model.After!,
            Snapshot = model.Before,
            Basis = name == "accepted" ? "the merge base of main, 0123abcd" : null,
            Verdict = model.Verdict,
            Reasons = model.Reasons,
            AcceptedBecause = model.AcceptedBecause,
            FileBefore = model.FileBefore,
            File = model.FileAfter,
        };
    }

    /// <summary>What a diff tells.</summary>
    public static ModelDiff Diff(string name)
    {
        var loose = SnapshotRule.Parse("no-regression", "metric=1;bops=50%;bits=4");
        var model = name switch
        {
            "new" => new ModelDiff(null, After),
            "unchanged" => new ModelDiff(Before, Before),
            _ => new ModelDiff(Before, After) { Reasons = ["data:images/** changed", "setting:Seed changed from 1 to 2"], FileBefore = FileBefore, FileAfter = FileAfter },
        };
        var verdict = name switch
        {
            "accepted" => SnapshotVerdict.Accepted(model, SnapshotRule.Default),
            "allowed" => SnapshotVerdict.Judged(model, loose)!,
            "refused" => SnapshotVerdict.Judged(model, SnapshotRule.Default)!,
            "new" => SnapshotVerdict.New,
            _ => SnapshotVerdict.Judged(model, loose)!,
        };
        return model with
        {
            Verdict = verdict with { Commit = "89abcdef", Configuration = "Release" },
            AcceptedBecause = name == "accepted" ? "by Ada on 2026-01-31, until 2026-03-31: the new camera has more noise" : null,
        };
    }

    private static DeliveredFile Delivered(long bytes, long nanoseconds) => new(
        new() { FileBytes = bytes, FloatBytes = 2400, Opset = 21, MetricName = "top-1", Metric = 91.5, NetworkMetric = 91.5, QuantizesSums = false, Layers = 3, IntegerLayers = 3 },
        new() { Machine = "x64", Runtime = "ONNX Runtime 1.22", Threads = 1, Batch = 1, Nanoseconds = nanoseconds, FloatNanoseconds = 90_000 });
}
