using System.Text;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Plans.Noise;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Reports;

/// <summary>The files that a report is made of: a plan, what its search left beside it, its snapshot, and why it was searched.</summary>
/// <param name="plan">The plan's file.</param>
/// <param name="snapshot">The snapshot's file, which may be missing; null for none.</param>
/// <param name="fingerprint">What a build wrote of the fingerprint, which may be missing; null for none.</param>
/// <param name="judgement">What the plan is judged by; null for what is kept with it or its snapshot.</param>
internal sealed class ReportSources(string plan, string? snapshot, string? fingerprint, PlanJudgement? judgement = null)
{
    private string Run => Beside(ResultFile.Run.Suffix);

    private string Sweep => Beside(ResultFile.Sweep.Suffix);

    /// <summary>Reads the files.</summary>
    /// <param name="warn">Told of a record or a sweep that cannot be read; the report goes without it.</param>
    /// <exception cref="AbsException">The plan is missing, or plan or snapshot is no plan.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public ReportContent Read(Action<AbsException> warn)
    {
        var content = ReadPlan(warn);
        return content with
        {
            History = Optional(() => RunHistory.Read(Run), warn),
            Noise = Optional(() => Noise(content.Plan), warn),
            Sweep = Optional(() => File.Exists(Sweep) ? SweepFile.Read(Sweep, content.Plan.Model, content.Plan.Fingerprint) : null, warn),
        };
    }

    /// <summary>The same without how the search ran.</summary>
    /// <inheritdoc cref="Read"/>
    public ReportContent ReadPlan(Action<AbsException> warn)
    {
        var read = PlanFile.Read(plan).Plan;
        var before = snapshot is not null && File.Exists(snapshot) ? PlanFile.Read(snapshot).Plan : null;
        var compared = new ModelDiff(before, read);
        var model = compared with { Verdict = Verdict(compared) };
        var accepted = before is null ? plan : snapshot!;
        return new()
        {
            Plan = read,
            Snapshot = before,
            Verdict = model.Verdict,
            AcceptedBecause = IsAccepted(model) ? Optional(() => AcceptanceFile.For(AcceptanceFile.PathOf(accepted), read), warn)?.ToString() : null,
            FileBefore = before is null ? null : DeliveredFile.TryFind(snapshot!),
            File = DeliveredFile.TryFind(plan),
            Reasons = before is null ? [] : Reasons(before, read),
        };
    }

    /// <summary>A hash of what the files say and of the code that writes reports: another one makes another report.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public string Stamp()
    {
        // Of the fingerprint only what a report tells: the rest is written anew by every build that looks.
        var reasons = Fingerprint() is { } report ? string.Join("\n", report.Changes.Prepend(report.Before)) : "";
        var parts = new[] { plan, Run, Sweep, snapshot, Beside(DeliveredFile.RecordSuffix), Beside(FileTiming.Suffix) }
            .Select(HashIfThere)
            .Append(reasons)
            .Append(snapshot is null ? "" : HashIfThere(SnapshotInputs.PathOf(snapshot)))
            .Append(snapshot is null ? "" : HashIfThere(AcceptanceFile.PathOf(snapshot)))
            .Append(HashIfThere(Beside(NoiseFile.Ending)))
            .Append(snapshot is null ? "" : HashIfThere(NoiseFile.PathBeside(snapshot, Path.GetFileName(Beside("")))))
            .Append(judgement?.Stamp ?? "")
            .Append(typeof(ReportSources).Assembly.ManifestModule.ModuleVersionId.ToString());
        using var text = new MemoryStream(Encoding.UTF8.GetBytes(string.Join("\n", parts)));
        return ContentHash.Of(text);
    }

    // Of the plan itself, or else that which its snapshot keeps.
    private NoiseBand? Noise(CompressionPlan read) =>
        NoiseFile.Find(NoiseFile.PathBeside(plan, read.Model), read.Model) is { } band && band.IsOf(read) ? band
        : snapshot is null ? null
        : NoiseFile.Find(NoiseFile.PathBeside(snapshot, read.Model), read.Model);

    private FingerprintReport? Fingerprint() => fingerprint is null ? null : FingerprintReport.TryRead(fingerprint);

    private bool IsSnapshot => plan.EndsWith(SnapshotPaths.VerifiedEnding, StringComparison.Ordinal);

    private bool IsAccepted(ModelDiff model) => model.Before is null ? IsSnapshot : model.IsSettled;

    private PlanVerdict? Verdict(ModelDiff model)
    {
        var known = SnapshotInputs.For(plan, model.After!) ?? (model.Before is { } before ? SnapshotInputs.For(snapshot!, before) : null);
        var verdict = model.Before is not null ? SnapshotVerdict.Judged(model, judgement?.Rule ?? known?.Rule)
            : IsSnapshot ? new PlanVerdict(VerdictKind.Accepted)
            : snapshot is not null || plan.EndsWith(SnapshotPaths.ReceivedEnding, StringComparison.Ordinal) ? SnapshotVerdict.New
            : null;
        return verdict is null ? null
            : judgement is not null ? judgement.Complete(verdict, model.After!)
            : verdict with { Configuration = known?.Configuration };
    }

    private IReadOnlyList<string> Reasons(CompressionPlan before, CompressionPlan after) =>
        SnapshotInputs.EntriesOf(snapshot!, before) is { } old && SnapshotInputs.EntriesOf(plan, after) is { } now ? InputEntries.Changes(old, now)
        : Fingerprint()?.ReasonsFor(before, after) ?? [];

    private static string HashIfThere(string? file) => file is not null && File.Exists(file) ? HashOf(file) : "";

    private static string HashOf(string file)
    {
        using var stream = OrdinaryFile.Open(file);
        return ContentHash.Of(stream);
    }

    private static T? Optional<T>(Func<T?> read, Action<AbsException> warn)
        where T : class
    {
        try
        {
            return read();
        }
        catch (AbsException exception)
        {
            warn(exception);
            return null;
        }
    }

    private string Beside(string ending) => DeliveredFile.PathOf(plan, ending);
}
