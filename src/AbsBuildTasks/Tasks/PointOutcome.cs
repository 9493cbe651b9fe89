using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Sweeps;

namespace AbsBuildTasks.Tasks;

/// <summary>What a search for a point came to; neither plan nor miss where searching is not allowed.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Miss">Why no plan meets the budget.</param>
/// <param name="IsNew">Whether the miss is in no cache yet.</param>
internal sealed record PointOutcome(CompressionPlan? Plan = null, SweepMiss? Miss = null, bool IsNew = false);
