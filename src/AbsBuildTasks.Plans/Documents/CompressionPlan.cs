using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Targets;

namespace AbsBuildTasks.Plans.Documents;

/// <summary>What was decided for a network, layer by layer, and what it costs and keeps.</summary>
/// <remarks>
/// Decisions, budget, cost and accuracy only: no times, machine names or paths, so that the same inputs give the
/// same bytes. Plans are equal when all their values are.
/// </remarks>
public sealed record CompressionPlan
{
    /// <summary>The version of the document's form that this code writes.</summary>
    public const int CurrentSchemaVersion = 2;

    // Set by a reader alone.
    private readonly int? _schemaVersion;

    /// <summary>
    /// The version of the document's form: the lowest that has all that the plan tells, so that plans without
    /// what version 2 brought are written as ever: a <see cref="Rest"/>, <see cref="FurtherMetrics"/>, and a metric of which lower is better.
    /// </summary>
    public int SchemaVersion
    {
        get => _schemaVersion ?? NeededVersion;
        init => _schemaVersion = value;
    }

    /// <summary>The version that a plan of this content is written in.</summary>
    internal int NeededVersion => Rest.Count > 0 || Metric.LowerIsBetter || FurtherMetrics.Count > 0 ? CurrentSchemaVersion : 1;

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The fingerprint of everything the plan depends on: 64 lower-case hexadecimal digits.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The budget the plan meets, in the one spelling of <see cref="Settings.Budget"/>: <c>bops=5%</c>.</summary>
    public required string Budget { get; init; }

    /// <summary>Behind the budget in words: says where the <see cref="Rest"/> leaves no room for a share, so that the layers alone keep it; else empty.</summary>
    internal string BudgetRemark
    {
        get
        {
            var limits = Rest.Count > 0 ? Settings.Budget.Parse(Budget).Limits : default;
            return CostKind.All.All(kind => limits[kind].Allows(Totals.Costs[kind], Totals.FullPrecision[kind])) ? "" : ", kept by the layers alone";
        }
    }

    /// <summary>The name of the target that runs the plan; null where it was searched for none in particular.</summary>
    public string? Target { get; init; }

    /// <summary>The name of <see cref="Target"/>, or of any.</summary>
    internal string TargetName => Target ?? TargetTable.Any.Name;

    /// <summary>SHA-256 of the delivered weights that the search started from; null where it started from a network as the model makes it, or from a checkpoint.</summary>
    internal string? WarmStart { get; init; }

    /// <summary>
    /// How many values between layers the network was fine-tuned and measured with in bytes, as the target's file has them at sums,
    /// concatenations and products of activations; 0 where the target wants none, or the network could not be.
    /// </summary>
    internal int RoundedValues { get; init; }

    /// <summary>What reports say of that; null for nothing.</summary>
    internal string? RoundingRemark => RoundedValues == 0 ? null
        : FormattableString.Invariant($"fine-tuned and measured with {RoundedValues} {(RoundedValues == 1 ? "value" : "values")} between layers rounded to bytes, as the target's file has them");

    /// <summary>Where the search was ended before it was done; empty where it was not.</summary>
    internal IReadOnlyList<EndedPhase> EndedEarly { get; init; } = [];

    /// <summary>Costs of the whole network.</summary>
    public required PlanTotals Totals { get; init; }

    /// <summary>The network's quality before and after: what the search went by.</summary>
    public required PlanMetric Metric { get; init; }

    /// <summary>What else is measured of the network, in the model's order; names are unique. Nothing went by it.</summary>
    public IReadOnlyList<PlanMetric> FurtherMetrics { get; init; } = [];

    /// <summary>Every layer that was decided on, in the order the network runs them; at least one.</summary>
    public required IReadOnlyList<LayerPlan> Layers { get; init; }

    /// <summary>Whatever else of the network has parameters or multiplies, and is left alone by the search; empty in plans of versions that did not tell.</summary>
    public IReadOnlyList<RestPlan> Rest { get; init; } = [];

    /// <summary>The plan without what was measured of it: two that decide the same are equal then.</summary>
    internal CompressionPlan Unmeasured => this with { RoundedValues = 0, Metric = Metric.Unmeasured, FurtherMetrics = [.. FurtherMetrics.Select(metric => metric.Unmeasured)] };

    /// <inheritdoc />
    public bool Equals(CompressionPlan? other) =>
        other is not null
        && SchemaVersion == other.SchemaVersion
        && Model == other.Model
        && Fingerprint == other.Fingerprint
        && Budget == other.Budget
        && Target == other.Target
        && WarmStart == other.WarmStart
        && RoundedValues == other.RoundedValues
        && EndedEarly.SequenceEqual(other.EndedEarly)
        && Totals == other.Totals
        && Metric == other.Metric
        && FurtherMetrics.SequenceEqual(other.FurtherMetrics)
        && Layers.SequenceEqual(other.Layers)
        && Rest.SequenceEqual(other.Rest);

    /// <inheritdoc />
    public override int GetHashCode() => unchecked((StringComparer.Ordinal.GetHashCode(Fingerprint) * 31) + Totals.GetHashCode());
}
