using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>A committed snapshot whose decisions are taken as they are, in place of a search.</summary>
internal sealed class PlanLock
{
    private const int IdLength = 8;

    private readonly PlanSource _source;

    private PlanLock(string file, PlanSource source)
    {
        (File, _source) = (file, source);
        Id = IdOf(Plan);
    }

    /// <summary>Full path of the snapshot.</summary>
    public string File { get; }

    /// <summary>The snapshot.</summary>
    public CompressionPlan Plan => _source.Plan;

    /// <summary>Its <see cref="IdOf"/>.</summary>
    public string Id { get; }

    /// <summary>8 hexadecimal digits that stand for a plan's decisions: the same where only the metric differs.</summary>
    public static string IdOf(CompressionPlan plan) =>
        ContentHash.Of(PlanJson.Write(plan.Unmeasured)).Substring(0, IdLength);

    /// <summary>Reads the snapshot of a model.</summary>
    /// <param name="directory">The folder of the snapshots.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="fingerprint">The fingerprint that the snapshot must be of.</param>
    /// <param name="changes">What changed since the plan of a fingerprint, a line each; none where that is not known.</param>
    /// <exception cref="AbsException">ABS4002: there is none. ABS4003: it is no plan of the model. ABS4011: it is of another fingerprint.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static PlanLock Read(string directory, string model, string fingerprint, Func<string, IReadOnlyList<string>> changes)
    {
        var file = Path.GetFullPath(new SnapshotPaths(directory, model).Verified);
        if (!System.IO.File.Exists(file))
        {
            throw new AbsException(AbsCodes.SnapshotMissing, $"Plan '{model}' has no snapshot yet whose decisions AbsSearchMode=locked could take; build with AbsSearchMode=auto, accept the plan, and commit {file}.");
        }

        var source = PlanFile.Read(file);
        var plan = source.Plan;
        if (plan.Model != model)
        {
            throw Error(AbsCodes.InvalidPlan, "model", $"it holds the plan of the model \"{Printable.Escape(plan.Model)}\", not of \"{model}\". Restore the file from version control, or delete it and accept a new plan.");
        }

        if (plan.Fingerprint != fingerprint)
        {
            var changed = changes(plan.Fingerprint);
            var why = changed.Count > 0 ? ": " + ChangeSentence.Of(changed) : $"; its fingerprint is {plan.Fingerprint}, the model's {fingerprint}";
            throw Error(AbsCodes.LockOutdated, "fingerprint", $"The snapshot of '{model}' is of other inputs, so AbsSearchMode=locked cannot take its decisions{why}. Build with AbsSearchMode=auto and accept the plan, undo the change, or, where code means the same as before, keep the plan with -t:AbsKeepPlans.");
        }

        return new(file, source);

        AbsException Error(string code, string property, string detail) => new(code, Place(file, source.Find(null, property)), detail);
    }

    /// <summary>Where a layer stands in the snapshot.</summary>
    /// <param name="layer">The layer's name; null for all of them.</param>
    public SourcePlace PlaceOf(string? layer) => Place(File, layer is null ? _source.Find(null, "layers") : _source.Find(layer, "name"));

    /// <summary>Whether a plan has the lock's decisions, so that its metric alone may differ.</summary>
    public bool Holds(CompressionPlan plan) =>
        SnapshotComparer.Compare(Plan, plan, SnapshotPolicy.Exact, SnapshotTolerances.None)
            .All(violation => violation.Property is "metric.fullPrecision" or "metric.compressed");

    private static SourcePlace Place(string file, TextPosition position) => new(file, position.Line, position.Column);
}
