using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Runs;

namespace AbsBuildTasks.Plans.Reports;

/// <summary>What a report tells of.</summary>
public sealed record ReportContent
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

    /// <summary>The plans of a sweep, with or without <see cref="Plan"/>; empty where there was none.</summary>
    public IReadOnlyList<CompressionPlan> Sweep { get; init; } = [];
}
