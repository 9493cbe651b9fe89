using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Noise;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.State;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Tasks;

/// <summary>Makes plans the snapshots to compare with: those that the last build found, where they are of the project as it is.</summary>
public sealed class AbsAcceptPlans : FingerprintTask
{
    private readonly List<(CompressionPlan Plan, SnapshotInputs? Inputs)> _accepted = [];
    private AskedModels? _asked;
    private SnapshotVerifier _verifier = null!;

    /// <summary>Names of the models whose plans are accepted; none for all.</summary>
    public string[] Names { get; set; } = [];

    /// <summary>Why the plans are accepted; empty for no reason to be written down.</summary>
    public string Reason { get; set; } = "";

    /// <summary>Who accepts them; empty for the user of this machine.</summary>
    public string By { get; set; } = "";

    /// <summary>The last day that the reason holds, <c>2026-01-31</c>; empty where it holds for good.</summary>
    public string Until { get; set; } = "";

    /// <summary>The policy in force, which is kept with the snapshots.</summary>
    public string Policy { get; set; } = "exact";

    /// <summary>How far plans may regress under it.</summary>
    public string Tolerance { get; set; } = "";

    /// <summary>The configuration that is built, which is kept with the snapshots.</summary>
    public string Configuration { get; set; } = "";

    /// <inheritdoc />
    protected override void Run()
    {
        // An application of a solution, whose models are another project's.
        if (Models.Length == 0)
        {
            return;
        }

        _asked = new(Names, Models);

        // All are looked at before the first is written: a refusal changes no snapshot.
        _verifier = new SnapshotVerifier(SnapshotDirectory);
        RunForEach();
        if (_accepted.Count == 0)
        {
            throw new AbsException(AbsCodes.NoPlanYet, "There is no plan to accept; build the project first.");
        }

        PlanAcceptance.Accept(SnapshotDirectory, _accepted, ReasonOf);
        foreach (var (plan, _) in _accepted)
        {
            if (new ModelState(StateDirectory, plan.Model).CurrentPlanFile() is { } file)
            {
                NoiseFile.Keep(file, plan, SnapshotDirectory);
            }
        }

        foreach (var (plan, _) in _accepted)
        {
            Print(FormattableString.Invariant($"abs: {plan.Model}: accepted the last build's plan ({plan.Budget}, {plan.Metric.Name} {Quantity.Metric(plan.Metric.Compressed, 0)}) as {new SnapshotPaths(SnapshotDirectory, plan.Model).Verified}"));
        }
    }

    private Acceptance? ReasonOf(CompressionPlan plan)
    {
        if (Reason.Length > 0)
        {
            return Acceptance.Of(plan, DateTime.Today, By.Length > 0 ? By : Environment.UserName, Reason, Until);
        }

        return Until.Length == 0 && By.Length == 0 ? null : throw new AbsException(AbsCodes.InvalidSetting, $"{(Until.Length > 0 ? "AbsAcceptUntil says until when" : "AbsAcceptBy says for whom")} a reason holds, and AbsAcceptReason gives none; set it, too.");
    }

    private protected override void RunFor(ModelItem model, Fingerprint fingerprint, ModelState state)
    {
        if (!_asked!.Has(model.Name))
        {
            return;
        }

        // The last build's plan first: where that build did not write it as received, a received one is older.
        var current = state.CurrentPlanFile() is { } file ? PlanFile.Read(file).Plan : null;
        var received = current?.Fingerprint == fingerprint.Hash ? null : _verifier.ReadReceived(model.Name);
        if (new[] { current, received }.FirstOrDefault(plan => plan?.Fingerprint == fingerprint.Hash) is { } plan)
        {
            _accepted.Add((plan, KeptWith(model, plan, fingerprint, Policy, Tolerance, Configuration)));
        }
        else if (received is not null || current is not null)
        {
            var changes = Explain(model, fingerprint, state);
            var why = changes.Count == 0 ? "its inputs are not known here" : ChangeSentence.Of([.. changes.Select(change => change.ToString())]);
            throw new AbsException(AbsCodes.StalePlan, $"The last plan of '{model.Name}' is not the plan of the project as it is: {why}. Build first, and accept with the same configuration and properties; no snapshot was changed.");
        }
    }
}
