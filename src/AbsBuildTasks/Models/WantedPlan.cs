using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Snapshots;

namespace AbsBuildTasks.Models;

/// <summary>A plan that a build has to have.</summary>
/// <param name="Model">The model, with the plan's budget.</param>
/// <param name="Fingerprint">The fingerprint of that.</param>
/// <param name="Folder">An existing folder that receives the plan's files.</param>
/// <param name="Held">The plan whose decisions are given; null where they are searched for.</param>
internal sealed record WantedPlan(ModelItem Model, Fingerprint Fingerprint, string Folder, PlanLock? Held = null)
{
    /// <summary>What messages call it: the model's name, and that of the point where several points are searched for at once.</summary>
    public string Label { get; init; } = Model.Name;

    /// <summary>Fingerprints of the plans of the model that the build has to have: what their searches have left is not removed.</summary>
    public IReadOnlyCollection<string> Beside { get; init; } = [];

    /// <summary>Where the plan will be.</summary>
    public string PlanFile => Path.Combine(Folder, Model.Name + ResultFile.Plan.Suffix);

    /// <summary>Where the record of a budget that cannot be met will be.</summary>
    public string SweepFile => Path.Combine(Folder, Model.Name + ResultFile.Sweep.Suffix);

    /// <summary>Whether a plan has the decisions that are given, where they are.</summary>
    public bool IsMetBy(string planFile) => Held is null || Held.Holds(Plans.Documents.PlanFile.Read(planFile).Plan);
}
