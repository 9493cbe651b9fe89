using AbsBuildTasks.Caching;
using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Noise;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.State;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Tasks;

/// <summary>
/// Keeps accepted plans where code has changed that means the same as before, which only who asks for it can know:
/// nothing is searched, the weights stay, and the snapshot gets the fingerprint of the project as it is.
/// </summary>
public sealed class AbsKeepPlans : FingerprintTask, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly List<KeptPlan> _kept = [];
    private AskedModels? _asked;

    /// <summary>Names of the models whose plans are kept; none for all.</summary>
    public string[] Names { get; set; } = [];

    /// <summary>The cache's folder; empty for the user's own.</summary>
    public string CacheDirectory { get; set; } = "";

    /// <summary>What the cache holds at most, such as <c>4GB</c>; empty for that.</summary>
    public string CacheSize { get; set; } = "";

    /// <summary>Address of a cache shared with others; empty for none.</summary>
    public string RemoteCacheAddress { get; set; } = "";

    /// <summary><c>read-write</c> or <c>read-only</c>.</summary>
    public string RemoteCacheMode { get; set; } = "";

    /// <inheritdoc />
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc />
    public void Dispose() => _cancellation.Dispose();

    /// <summary>The policy in force, which is kept with the snapshots.</summary>
    public string Policy { get; set; } = "exact";

    /// <summary>How far plans may regress under it.</summary>
    public string Tolerance { get; set; } = "";

    /// <summary>The configuration that is built, which is kept with the snapshots.</summary>
    public string Configuration { get; set; } = "";

    /// <inheritdoc />
    protected override void Run()
    {
        _asked = new(Names, Models);
        using var remote = RemoteSettings.Read(RemoteCacheAddress, RemoteCacheMode, Environment.GetEnvironmentVariable) is { } settings ? new RemoteCache(settings, new()) : null;
        var cache = new BuildCache(LocalCache.Open(ProjectDirectory, CacheDirectory, CacheSize), LocalCache.Folder(ProjectDirectory, CacheDirectory), remote, this);

        // All are looked at before the first is written: a refusal changes nothing.
        RunForEach();
        var verifier = new SnapshotVerifier(SnapshotDirectory);
        foreach (var plan in _kept)
        {
            if (plan.Changes.Count > 0)
            {
                plan.Take(folder => cache.Store(plan.Model.Name, alone: null, plan.Fingerprint.Hash, folder, _cancellation.Token));
            }

            verifier.Accept(plan.Now, KeptWith(plan.Model, plan.Now, plan.Fingerprint, Policy, Tolerance, Configuration));
            NoiseFile.Keep(plan.State.PlanFile(plan.Fingerprint.Hash), plan.Now, SnapshotDirectory);
            Print($"abs: {plan.Model.Name}: kept the accepted plan and its weights, as you say that this means the same: {(plan.Changes.Count > 0 ? ChangeSentence.Of(plan.Changes) : "what it was kept for before")}; commit {new SnapshotPaths(SnapshotDirectory, plan.Model.Name).Verified}");
        }
    }

    private protected override void RunFor(ModelItem model, Fingerprint fingerprint, ModelState state)
    {
        if (!_asked!.Has(model.Name))
        {
            return;
        }

        var file = new SnapshotPaths(SnapshotDirectory, model.Name).Verified;
        if (!File.Exists(file))
        {
            throw new AbsException(AbsCodes.SnapshotMissing, $"Plan '{model.Name}' has no snapshot yet that could be kept; build, and accept its plan with -t:AbsAcceptPlans.");
        }

        var accepted = PlanFile.Read(file).Plan;
        if (accepted.Fingerprint == fingerprint.Hash)
        {
            Print($"abs: {model.Name}: the accepted plan is that of the project as it is; there is nothing to keep it from");
            return;
        }

        // Kept already, but for the snapshot: a build was killed in between.
        if (IsIn(state, accepted with { Fingerprint = fingerprint.Hash }))
        {
            _kept.Add(new(model, fingerprint, state, accepted, []));
            return;
        }

        var before = state.CurrentInputs();
        if (before is null || FingerprintBuilder.Of(before).Hash != accepted.Fingerprint || !IsIn(state, accepted))
        {
            throw new AbsException(AbsCodes.NothingToKeep, $"The accepted plan of '{model.Name}' is not in obj, with its weights and what it was made from, so that nothing can be said of what has changed since. Build the project once as it was when the plan was accepted, with the same cache and configuration; then change it, and keep the plan.");
        }

        var changes = FingerprintChanges.Between(before, fingerprint.Entries);
        if (KeptPlan.Against(changes) is { Count: > 0 } against)
        {
            throw new AbsException(AbsCodes.CannotKeep, $"The accepted plan of '{model.Name}' cannot be kept, as not only code or packages have changed: {ChangeSentence.Of(against)}. Undo that, or build with AbsSearchMode=auto, which searches; no snapshot was changed.");
        }

        Explain(model, fingerprint, state);
        _kept.Add(new(model, fingerprint, state, accepted, changes));
    }

    // The very plan, whose weights are beside it: not one that another search has found, or a locked build trained.
    private static bool IsIn(ModelState state, CompressionPlan plan) => state.Has(plan.Fingerprint) && PlanFile.Read(state.PlanFile(plan.Fingerprint)).Plan is var there
        && there.Fingerprint == plan.Fingerprint
        && SnapshotComparer.Compare(plan, there, SnapshotPolicy.Exact, SnapshotTolerances.None).Count == 0;
}
