using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Reports;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>Checks plans against the snapshots of a folder, and accepts new ones.</summary>
/// <remarks>Snapshots are UTF-8 with a byte order mark, LF between lines and none at the end.</remarks>
/// <param name="directory">The folder of the snapshots; created where missing.</param>
public sealed class SnapshotVerifier(string directory)
{
    /// <summary>Checks a plan. Writes it as received unless it passes; removes an older received file where it does.</summary>
    /// <exception cref="AbsException">
    /// ABS1006: the model's name cannot be a file name. ABS4003: the snapshot is not a plan; the received file is written.
    /// </exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public SnapshotResult Verify(CompressionPlan plan, SnapshotPolicy policy, SnapshotTolerances tolerances)
    {
        var paths = new SnapshotPaths(directory, plan.Model);
        if (!File.Exists(paths.Verified))
        {
            PlanFile.Write(paths.Received, plan, byteOrderMark: true);
            return new() { Outcome = SnapshotOutcome.Missing, Paths = paths };
        }

        PlanSource verified;
        try
        {
            verified = PlanFile.Read(paths.Verified);
        }
        catch (AbsException)
        {
            PlanFile.Write(paths.Received, plan, byteOrderMark: true);
            throw;
        }

        var violations = SnapshotComparer.Compare(verified.Plan, plan, policy, tolerances);
        var diff = PlanDiff.Between(verified.Plan, plan);
        if (violations.Count == 0)
        {
            File.Delete(paths.Received);
            return new() { Outcome = SnapshotOutcome.Passed, Paths = paths, Diff = diff };
        }

        PlanFile.Write(paths.Received, plan, byteOrderMark: true);
        return new()
        {
            Outcome = SnapshotOutcome.Mismatch,
            Paths = paths,
            Violations = violations,
            Diff = diff,
            Position = verified.Find(violations[0].Layer, violations[0].Property),
        };
    }

    /// <summary>Makes the received plan of a model its snapshot.</summary>
    /// <returns>The plan that was accepted.</returns>
    /// <exception cref="AbsException">
    /// ABS1006: the name cannot be a file name. ABS4003: the received file is not a plan of this model.
    /// ABS4004: there is no received file.
    /// </exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public CompressionPlan Accept(string model)
    {
        var paths = new SnapshotPaths(directory, model);
        if (!File.Exists(paths.Received))
        {
            throw new AbsException(AbsCodes.NothingToAccept, $"There is no {Printable.Escape(paths.Received)} to accept; build first, and accept only where the build reports a changed or missing snapshot.");
        }

        var plan = PlanFile.Read(paths.Received).Plan;
        if (plan.Model != model)
        {
            throw new AbsException(AbsCodes.InvalidPlan, $"{Printable.Escape(paths.Received)} holds the plan of the model \"{Printable.Escape(plan.Model)}\", not of \"{model}\"; delete it and build again.");
        }

        // A process that dies in between leaves both files alike, and the next check removes the received one.
        PlanFile.Write(paths.Verified, plan, byteOrderMark: true);
        File.Delete(paths.Received);
        return plan;
    }
}
