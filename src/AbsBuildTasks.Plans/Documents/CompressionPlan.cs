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
    public const int CurrentSchemaVersion = 1;

    /// <summary>The version of the document's form.</summary>
    public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The fingerprint of everything the plan depends on: 64 lower-case hexadecimal digits.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The budget the plan meets, in the one spelling of <see cref="Settings.Budget"/>: <c>bops=5%</c>.</summary>
    public required string Budget { get; init; }

    /// <summary>The name of the target that runs the plan; null where it was searched for none in particular.</summary>
    public string? Target { get; init; }

    /// <summary>The name of <see cref="Target"/>, or of any.</summary>
    internal string TargetName => Target ?? TargetTable.Any.Name;

    /// <summary>Where the search was ended before it was done; empty where it was not.</summary>
    internal IReadOnlyList<EndedPhase> EndedEarly { get; init; } = [];

    /// <summary>Costs of the whole network.</summary>
    public required PlanTotals Totals { get; init; }

    /// <summary>The network's quality before and after.</summary>
    public required PlanMetric Metric { get; init; }

    /// <summary>Every weighted layer in the order the network runs them; at least one.</summary>
    public required IReadOnlyList<LayerPlan> Layers { get; init; }

    /// <inheritdoc />
    public bool Equals(CompressionPlan? other) =>
        other is not null
        && SchemaVersion == other.SchemaVersion
        && Model == other.Model
        && Fingerprint == other.Fingerprint
        && Budget == other.Budget
        && Target == other.Target
        && EndedEarly.SequenceEqual(other.EndedEarly)
        && Totals == other.Totals
        && Metric == other.Metric
        && Layers.SequenceEqual(other.Layers);

    /// <inheritdoc />
    public override int GetHashCode() => unchecked((StringComparer.Ordinal.GetHashCode(Fingerprint) * 31) + Totals.GetHashCode());
}
