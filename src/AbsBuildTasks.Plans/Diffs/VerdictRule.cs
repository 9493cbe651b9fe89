namespace AbsBuildTasks.Plans.Diffs;

/// <summary>A policy that a plan is judged by.</summary>
/// <param name="Reference">What the plan is compared with, for a reader: <c>the snapshot</c>.</param>
/// <param name="Policy">The policy's name, as users write it.</param>
/// <param name="Limits">What it lets pass, for a reader.</param>
/// <param name="Beyond">What it does not let pass, a line each, the most important first; empty where the plan is within the policy.</param>
internal sealed record VerdictRule(string Reference, string Policy, string Limits, IReadOnlyList<string> Beyond);
