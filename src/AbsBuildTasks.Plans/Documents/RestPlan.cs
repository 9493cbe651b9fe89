using AbsBuildTasks.Plans.Cost;

namespace AbsBuildTasks.Plans.Documents;

/// <summary>A part of the network that stays in full precision and is never pruned: what it costs at 32 bits, whole.</summary>
public sealed record RestPlan
{
    /// <summary>Its path in the network, unique among the plan's layers and parts: <c>words</c>, <c>encoder.scale</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The type of the layer: <c>Embedding</c>; <c>Parameter</c> for one that a module of the network's author holds.</summary>
    public required string Kind { get; init; }

    /// <summary>Its parameters, zero at least.</summary>
    public required long Parameters { get; init; }

    /// <summary>Its multiply-accumulates of one example, zero at least.</summary>
    public required long Macs { get; init; }

    /// <summary>Bit-operations of one example: <c>Macs × 32 × 32</c>.</summary>
    public long Bops => Costs[CostKind.Bops];

    /// <summary>Bytes of the parameters, 4 each.</summary>
    public long SizeBytes => Costs[CostKind.Size];

    /// <summary>All that it costs.</summary>
    /// <exception cref="OverflowException">A cost does not fit 64 bits.</exception>
    internal PerCost<long> Costs => PerCost<long>.Of(kind => kind.OfRest(Parameters, Macs));

    /// <summary>What several parts cost together.</summary>
    /// <exception cref="OverflowException">A sum does not fit 64 bits.</exception>
    internal static PerCost<long> CostsOf(IReadOnlyList<RestPlan> parts) => PerCost<long>.Of(kind => parts.Sum(part => part.Costs[kind]));

    /// <summary>Parts in one line: <c>words (Embedding, 320 parameters), dots (matmul, 4096 MACs)</c>; <c>nothing</c> for none.</summary>
    internal static string Words(IReadOnlyList<RestPlan> parts) => parts.Count == 0 ? "nothing" : string.Join(", ", parts.Select(part => part.Words()));

    private string Words()
    {
        string[] amounts = [Kind, .. Amount(Parameters, "parameters"), .. Amount(Macs, "MACs")];
        return $"{Name} ({string.Join(", ", amounts)})";
    }

    private static string[] Amount(long count, string unit) => count == 0 ? [] : [FormattableString.Invariant($"{count} {unit}")];
}
