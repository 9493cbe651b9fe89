using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>What tables say of the ONNX file that a plan came to: its size, and the time that was measured.</summary>
internal static class DeliveredRows
{
    /// <summary>What the file's size is called.</summary>
    public const string SizeTitle = "ONNX file";

    /// <summary>What the measured time is called.</summary>
    public const string TimeTitle = "measured time";

    /// <summary>The rows beside a plan's costs: what the whole network takes in floating point, what the file takes, and the gain.</summary>
    /// <param name="file">What is known of the file; null for nothing.</param>
    /// <param name="totals">The plan's costs.</param>
    public static IEnumerable<IReadOnlyList<ReportCell>> Of(DeliveredFile? file, PlanTotals totals)
    {
        if (file is not { Record: var record, Timing: var timing })
        {
            yield break;
        }

        yield return [new(SizeTitle), new(Invariant($"{record.FileBytes:#,0}")) { Before = Invariant($"{record.FloatBytes:#,0}"), Detail = " bytes" }, new(Smaller(record))];
        if (timing is not null)
        {
            yield return
            [
                new(TimeTitle),
                new(ShortCount.Nanoseconds(timing.Nanoseconds)) { Before = ShortCount.Nanoseconds(timing.FloatNanoseconds) },
                new(Faster(timing)) { Tone = timing.IsSlower ? CellTone.Worse : CellTone.Plain, Detail = Table(totals) },
            ];
        }
    }

    /// <summary>The rows of a change; none where one side has no file.</summary>
    public static IEnumerable<IReadOnlyList<ReportCell>> Between(DeliveredFile? before, DeliveredFile? after)
    {
        if (before is null || after is null)
        {
            yield break;
        }

        yield return Change(SizeTitle, before.Record.FileBytes, after.Record.FileBytes, bytes => Invariant($"{bytes:#,0}"), " bytes");
        if (before.Timing is { } was && after.Timing is { } now && (was.Machine, was.Runtime, was.Threads, was.Batch) == (now.Machine, now.Runtime, now.Threads, now.Batch))
        {
            yield return Change(TimeTitle, was.Nanoseconds, now.Nanoseconds, ShortCount.Nanoseconds, "", isNoisy: true);
        }
    }

    /// <summary>All of it in a line.</summary>
    public static ReportLine Line(DeliveredFile file)
    {
        var size = $"{SizeTitle}: {ShortCount.Bytes(file.Record.FileBytes)}, {Smaller(file.Record)} than in full precision";
        return new([new(file.Timing is { } timing ? $"{size}; {ShortCount.Nanoseconds(timing.Nanoseconds)}, {Faster(timing)}" : size)]);
    }

    /// <summary>How much smaller the file is.</summary>
    public static string Smaller(OnnxRecord record) => Invariant($"{(double)record.FloatBytes / record.FileBytes:0.0} times smaller");

    /// <summary>How much faster it is, or slower.</summary>
    public static string Faster(FileTiming timing) => timing.Nanoseconds <= timing.FloatNanoseconds
        ? Invariant($"{(double)timing.FloatNanoseconds / timing.Nanoseconds:0.00} times faster")
        : Invariant($"{(double)timing.Nanoseconds / timing.FloatNanoseconds:0.00} times slower");

    /// <summary>What the latency table says of the same, after a comma; empty without one.</summary>
    public static string Table(PlanTotals totals) => totals.FullPrecision[CostKind.Latency] > 0
        ? $", the table's layers {ShortCount.Nanoseconds(totals.FullPrecision[CostKind.Latency])} -> {ShortCount.Nanoseconds(totals.Costs[CostKind.Latency])}"
        : "";

    private static IReadOnlyList<ReportCell> Change(string title, long before, long after, Func<long, string> write, string unit, bool isNoisy = false)
    {
        var isSame = before == after;
        var percent = DiffTotals.Percent((after - before) / (double)before * 100);
        var tone = isNoisy || isSame ? CellTone.Plain : after < before ? CellTone.Better : CellTone.Worse;
        return
        [
            new(title),
            isSame ? new(write(after)) { Detail = unit } : new(write(after)) { Before = write(before), Detail = unit },
            isSame ? ReportCell.Empty : new(percent) { Tone = tone },
            new(isSame ? "same" : isNoisy ? "" : after < before ? "better" : "worse") { Tone = isSame ? CellTone.Quiet : tone },
        ];
    }
}
