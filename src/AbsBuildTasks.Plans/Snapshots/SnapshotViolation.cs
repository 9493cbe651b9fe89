namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>A decision of a plan that its snapshot does not allow.</summary>
/// <param name="Layer">The layer's name, or null for the plan's own values.</param>
/// <param name="Property">The property's path: <c>weightBits</c>, <c>totals.bops</c>.</param>
/// <param name="Before">The snapshot's value.</param>
/// <param name="After">The plan's value.</param>
/// <param name="Message">One printable line that says what changed.</param>
public sealed record SnapshotViolation(string? Layer, string Property, string Before, string After, string Message);
