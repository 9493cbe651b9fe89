using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Noise;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Sweeps;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>What a report tells of.</summary>
internal sealed record ReportContent
{
    /// <summary>The plan, which its rules allow.</summary>
    public required CompressionPlan Plan { get; init; }

    /// <summary>How its search ran; null where that is not known.</summary>
    public RunHistory? History { get; init; }

    /// <summary>The plan to compare with, as a rule the committed one; null where there is none.</summary>
    public CompressionPlan? Snapshot { get; init; }

    /// <summary>What <see cref="Snapshot"/> is, for a reader: <c>the merge base of main, 0123abcd</c>; null for the committed plan.</summary>
    public string? Basis { get; init; }

    /// <summary>Why the model was searched again, a line each, as far as that is known.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>What becomes of the plan; null where nobody judges it.</summary>
    public PlanVerdict? Verdict { get; init; }

    /// <summary>Why the plan was accepted, for a reader; null where that is not known.</summary>
    public string? AcceptedBecause { get; init; }

    /// <summary>The ONNX file that the plan came to; null where that is not known.</summary>
    public DeliveredFile? File { get; init; }

    /// <summary>What the plan's budget and others came to, the plan's first; null where there was no sweep.</summary>
    public SweepResult? Sweep { get; init; }

    /// <summary>What other seeds came to; null where nobody has measured it.</summary>
    public NoiseBand? Noise { get; init; }

    /// <summary>The ONNX file of the plan to compare with; null where that is not known.</summary>
    public DeliveredFile? FileBefore { get; init; }

    /// <summary>The plan and what it is compared with.</summary>
    public ModelDiff ToDiff() => new(Snapshot, Plan) { Reasons = Reasons, Verdict = Verdict, AcceptedBecause = AcceptedBecause, FileBefore = FileBefore, FileAfter = File, CloseCalls = CloseCallTable.Of(History) };
}
