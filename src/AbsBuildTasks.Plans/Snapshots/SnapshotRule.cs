using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Noise;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Settings.Kinds;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>When a plan passes against its snapshot.</summary>
/// <param name="Policy">What may differ.</param>
/// <param name="Tolerances">How far, where it is not <see cref="SnapshotPolicy.Exact"/>.</param>
/// <param name="ToleranceText">The tolerances as the user wrote them.</param>
internal sealed record SnapshotRule(SnapshotPolicy Policy, SnapshotTolerances Tolerances, string ToleranceText)
{
    private const string Exact = "exact";
    private const string NoRegression = "no-regression";
    private const string ByNoise = "noise";

    /// <summary>What plans are compared with that have a snapshot.</summary>
    public const string Reference = "the snapshot";

    /// <summary>The rule where nobody says another.</summary>
    public static SnapshotRule Default { get; } = new(SnapshotPolicy.Exact, SnapshotTolerances.None, "");

    /// <summary>The policy as users write it.</summary>
    public string PolicyName => Policy switch
    {
        SnapshotPolicy.Exact => Exact,
        SnapshotPolicy.Noise => ByNoise,
        _ => NoRegression,
    };

    /// <summary>Whether the rule goes by measured noise that nobody has measured.</summary>
    public bool LacksNoise => Policy == SnapshotPolicy.Noise && Tolerances.Noise is null;

    /// <summary>Reads a policy and its tolerances.</summary>
    /// <param name="policy">The policy's name.</param>
    /// <param name="tolerance">The tolerances; may be empty.</param>
    /// <param name="policySetting">What the policy's setting is called in messages.</param>
    /// <exception cref="AbsException">ABS1005: one of them cannot be read.</exception>
    public static SnapshotRule Parse(string policy, string tolerance, string policySetting = "AbsSnapshotPolicy") =>
        new(ReadPolicy(policySetting, policy), SnapshotTolerances.Parse(tolerance), tolerance);

    /// <summary>The rule of a model: what its item says, and otherwise this one.</summary>
    /// <param name="policy">The item's policy; null for this one's.</param>
    /// <param name="tolerance">The item's tolerances; null for this one's.</param>
    /// <exception cref="AbsException">ABS1005: one of them cannot be read.</exception>
    public SnapshotRule With(string? policy, string? tolerance) => new(
        policy is null ? Policy : ReadPolicy("SnapshotPolicy", policy),
        tolerance is null ? Tolerances : SnapshotTolerances.Parse(tolerance),
        tolerance ?? ToleranceText);

    /// <summary>The rule for plans whose decisions were taken from the snapshot: only what training under them gives can differ.</summary>
    public SnapshotRule Locked => Policy == SnapshotPolicy.Exact ? this with { Policy = SnapshotPolicy.NoRegression } : this;

    /// <summary>The rule with the noise that lies beside a snapshot, where it goes by noise.</summary>
    /// <param name="find">Reads that noise.</param>
    /// <param name="again">Reads the noise that lies beside the plan to check.</param>
    public SnapshotRule WithNoise(Func<NoiseBand?> find, Func<NoiseBand?>? again = null) =>
        Policy == SnapshotPolicy.Noise ? this with { Tolerances = Tolerances with { Noise = find(), NoiseAgain = again?.Invoke() } } : this;

    /// <summary>Judges a plan by this rule.</summary>
    /// <param name="before">The accepted plan.</param>
    /// <param name="after">The plan.</param>
    public VerdictRule Judge(CompressionPlan before, CompressionPlan after)
    {
        var violations = SnapshotComparer.Compare(before, after, Policy, Tolerances);
        return Row(violations, violations.Count == 0 ? [] : LeadingViolations.Of(violations, Budget.Parse(after.Budget)));
    }

    /// <summary>What this rule says of a plan.</summary>
    /// <param name="violations">All that it does not let pass.</param>
    /// <param name="leading">What is to be named of that.</param>
    public VerdictRule Row(IReadOnlyList<SnapshotViolation> violations, IReadOnlyList<SnapshotViolation> leading)
    {
        var more = violations.Count - leading.Count;
        return new(Reference, PolicyName, Limits, [.. leading.Select(violation => violation.Message), .. more > 0 ? [Invariant($"{more} more")] : Array.Empty<string>()]);
    }

    private string Limits => Policy == SnapshotPolicy.Exact ? "nothing may differ"
        : Policy == SnapshotPolicy.Noise && Tolerances.Noise is { } band ? Invariant($"metric and costs may get worse by the noise of {band.Runs.Count} seeds, costs in the budget up to its limits") + (Tolerances.NoiseAgain is { } again ? Invariant($"; the mean of {again.Runs.Count} counts") : "")
        : LacksNoise ? "no noise is measured, so that it is as no-regression"
        : ToleranceText.Length > 0 ? $"nothing may get worse by more than {ToleranceText}"
        : "nothing may get worse, the metric by more than its noise";

    private static SnapshotPolicy ReadPolicy(string name, string text) => Choice.Of(name, text, Exact, NoRegression, ByNoise) switch
    {
        Exact => SnapshotPolicy.Exact,
        NoRegression => SnapshotPolicy.NoRegression,
        _ => SnapshotPolicy.Noise,
    };
}
