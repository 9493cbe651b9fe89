using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>Checks plans against the snapshots of a folder, and accepts new ones.</summary>
/// <remarks>Snapshots are UTF-8 with a byte order mark, LF between lines and none at the end.</remarks>
/// <param name="directory">The folder of the snapshots; created where missing.</param>
internal sealed class SnapshotVerifier(string directory)
{
    /// <summary>Checks a plan. Writes it as received unless it passes; removes an older received file where it does.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="policy">What may differ.</param>
    /// <param name="tolerances">How far.</param>
    /// <param name="inputs">What it was made from, written beside a received plan; null where that is not known.</param>
    /// <exception cref="AbsException">
    /// ABS1006: the model's name cannot be a file name. ABS4003: the snapshot is not a plan; the received file is written. ABS5031: the folder is a link.
    /// </exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public SnapshotResult Verify(CompressionPlan plan, SnapshotPolicy policy, SnapshotTolerances tolerances, SnapshotInputs? inputs = null)
    {
        var received = new SnapshotPaths(directory, plan.Model).Received;
        SnapshotResult result;
        try
        {
            result = Compare(plan, policy, tolerances);
        }
        catch (AbsException)
        {
            Receive();
            throw;
        }

        if (result.Outcome != SnapshotOutcome.Passed)
        {
            Receive();
        }
        else
        {
            RemoveReceived(received);
        }

        return result;

        void Receive()
        {
            OutputFolder.RequireNoLink(directory);
            Write(received, plan, inputs);
        }
    }

    /// <summary>Checks a plan, and writes and removes nothing.</summary>
    /// <exception cref="AbsException">ABS1006: the model's name cannot be a file name. ABS4003: the snapshot is not a plan.</exception>
    /// <exception cref="IOException">The snapshot cannot be read.</exception>
    public SnapshotResult Compare(CompressionPlan plan, SnapshotPolicy policy, SnapshotTolerances tolerances)
    {
        var paths = new SnapshotPaths(directory, plan.Model);
        if (!File.Exists(paths.Verified))
        {
            return new() { Outcome = SnapshotOutcome.Missing, Paths = paths };
        }

        var verified = PlanFile.Read(paths.Verified);
        var violations = SnapshotComparer.Compare(verified.Plan, plan, policy, tolerances);
        var diff = PlanDiff.Between(verified.Plan, plan);
        if (violations.Count == 0)
        {
            return new() { Outcome = SnapshotOutcome.Passed, Paths = paths, Diff = diff };
        }

        var leading = LeadingViolations.Of(violations, Budget.Parse(plan.Budget));
        return new()
        {
            Outcome = SnapshotOutcome.Mismatch,
            Paths = paths,
            Violations = violations,
            Leading = leading,
            Diff = diff,
            Position = SnapshotPosition.Of(leading.FirstOrDefault(violation => violation.Layer is not null) ?? leading[0], verified, plan),
        };
    }

    /// <summary>Makes a plan the snapshot of its model; a received one is gone then.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="inputs">What it was made from, written beside it; null where that is not known.</param>
    /// <exception cref="AbsException">ABS1006: the model's name cannot be a file name. ABS5031: the folder is a link.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Accept(CompressionPlan plan, SnapshotInputs? inputs = null)
    {
        // A process that dies in between leaves both files alike, and the next check removes the received one.
        var paths = new SnapshotPaths(directory, plan.Model);
        OutputFolder.RequireNoLink(directory);
        Write(paths.Verified, plan, inputs);
        RemoveOthersInputs(paths.Verified, plan);
        RemoveReceived(paths.Received);
    }

    /// <summary>Reads the received plan of a model.</summary>
    /// <returns>The plan; null where there is none.</returns>
    /// <exception cref="AbsException">
    /// ABS1006: the name cannot be a file name. ABS4003: the received file is not a plan of this model.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public CompressionPlan? ReadReceived(string model)
    {
        var paths = new SnapshotPaths(directory, model);
        if (!File.Exists(paths.Received))
        {
            return null;
        }

        var plan = PlanFile.Read(paths.Received).Plan;
        return plan.Model == model
            ? plan
            : throw new AbsException(AbsCodes.InvalidPlan, new SourcePlace(paths.Received), $"it holds the plan of the model \"{Printable.Escape(plan.Model)}\", not of \"{model}\"; delete it and build again.");
    }

    /// <summary>Files in the folder that are snapshots of none of the models, in ordinal order.</summary>
    /// <param name="models">Names of all models that have their snapshots here.</param>
    public IReadOnlyList<string> Orphans(IEnumerable<string> models)
    {
        if (!Directory.Exists(directory))
        {
            return [];
        }

        string[] files = [.. Directory.GetFiles(directory, "*.plan.verified.json").Concat(Directory.GetFiles(directory, "*.plan.received.json"))];
        var names = new HashSet<string>(files.Select(file => Path.GetFileName(file)), StringComparer.Ordinal);
        string[] known = [.. models.Select(model => new SnapshotPaths(directory, model)).SelectMany(paths => new[] { paths.Verified, paths.Received })];

        // A name that no file is listed by, and yet exists, is that of a file in another case, on a disk that does not tell them apart.
        var own = new HashSet<string>(known.Select(file => Path.GetFileName(file)), StringComparer.Ordinal);
        var alike = new HashSet<string>(
            known.Where(file => !names.Contains(Path.GetFileName(file)) && File.Exists(file)).Select(file => Path.GetFileName(file)),
            StringComparer.OrdinalIgnoreCase);
        return [.. files.Where(file => !own.Contains(Path.GetFileName(file)) && !alike.Contains(Path.GetFileName(file))).OrderBy(file => file, StringComparer.Ordinal)];
    }

    // Inputs first: those of another fingerprint than the plan's count for nothing.
    private static void Write(string file, CompressionPlan plan, SnapshotInputs? inputs)
    {
        inputs?.Write(file);
        PlanFile.Write(file, plan, byteOrderMark: true);
    }

    // Those of an earlier snapshot, where this one's are not known.
    private static void RemoveOthersInputs(string file, CompressionPlan plan)
    {
        if (SnapshotInputs.For(file, plan) is null)
        {
            File.Delete(SnapshotInputs.PathOf(file)!);
        }
    }

    private void RemoveReceived(string received)
    {
        foreach (var file in new[] { received, SnapshotInputs.PathOf(received)! }.Where(File.Exists))
        {
            OutputFolder.RequireNoLink(directory);
            File.Delete(file);
        }
    }
}
