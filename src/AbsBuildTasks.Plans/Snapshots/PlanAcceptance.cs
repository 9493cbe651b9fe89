using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>Makes plans the snapshots of their models, with the reasons for it.</summary>
internal static class PlanAcceptance
{
    /// <summary>Accepts plans.</summary>
    /// <param name="directory">The folder of the snapshots; created where missing.</param>
    /// <param name="plans">The plans, one a model.</param>
    /// <param name="reasonOf">Why a plan is accepted; null for no reason to be written down.</param>
    /// <exception cref="AbsException">ABS1006: a model's name cannot be a file name. ABS4015: the reasons there are cannot be read; no snapshot was changed. ABS5031: the folder is a link.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static void Accept(string directory, IReadOnlyList<CompressionPlan> plans, Func<CompressionPlan, Acceptance?> reasonOf)
    {
        (CompressionPlan Plan, string File, Acceptance? Reason)[] accepted = [.. plans.Select(plan => (plan, AcceptanceFile.PathOf(new SnapshotPaths(directory, plan.Model).Verified), reasonOf(plan)))];
        OutputFolder.RequireNoLink(directory);
        foreach (var (plan, file, reason) in accepted)
        {
            if (reason is not null)
            {
                // Those there are must be readable, before anything is written.
                _ = AcceptanceFile.For(file, plan);
            }
        }

        // Reasons first: one for decisions that are no snapshot's does no harm.
        foreach (var (plan, file, reason) in accepted)
        {
            if (reason is not null)
            {
                AcceptanceFile.Add(file, plan.Model, reason);
            }
        }

        var verifier = new SnapshotVerifier(directory);
        foreach (var plan in plans)
        {
            verifier.Accept(plan);
        }
    }
}
