using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>Where in a snapshot's text a violation is shown.</summary>
internal static class SnapshotPosition
{
    private const string FurtherMetrics = "furtherMetrics";

    /// <summary>The decision's own place; for a new layer, the name of the layer that it follows.</summary>
    /// <param name="violation">The violation.</param>
    /// <param name="verified">The snapshot.</param>
    /// <param name="received">The plan that it was compared with.</param>
    public static TextPosition Of(SnapshotViolation violation, PlanSource verified, CompressionPlan received)
    {
        var names = new HashSet<string>(verified.Plan.Layers.Select(layer => layer.Name).Concat(verified.Plan.Rest.Select(part => part.Name)), StringComparer.Ordinal);
        if (violation.Property.StartsWith(FurtherMetrics, StringComparison.Ordinal))
        {
            // Their names may hold dots.
            return verified.Find(null, FurtherMetrics);
        }

        if (violation.Layer is null || names.Contains(violation.Layer))
        {
            return verified.Find(violation.Layer, violation.Property);
        }

        if (received.Rest.Any(part => part.Name == violation.Layer))
        {
            return verified.Find(null, "rest");
        }

        var before = received.Layers.TakeWhile(layer => layer.Name != violation.Layer).LastOrDefault(layer => names.Contains(layer.Name));
        return before is null ? verified.Find(null, "layers") : verified.Find(before.Name, "name");
    }
}
