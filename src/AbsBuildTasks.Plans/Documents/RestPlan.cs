using AbsBuildTasks.Plans.Cost;

namespace AbsBuildTasks.Plans.Documents;

/// <summary>
/// A part of the network that no search decides on, and that is never pruned: what it costs, whole. Its parameters have 32
/// bits; what it multiplies has 32, too, unless the target runs such products on integers.
/// </summary>
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

    /// <summary>Bits of both values that each product meets, 1 to 32: 8 of products of activations that the target runs on integers.</summary>
    public int Bits { get; init; } = CostModel.FullPrecisionBits;

    /// <summary>Whether its products run at fewer bits than full precision has.</summary>
    internal bool HasFewerBits => Bits < CostModel.FullPrecisionBits;

    /// <summary>Bit-operations of one example: <c>Macs × Bits × Bits</c>.</summary>
    public long Bops => Costs[CostKind.Bops];

    /// <summary>Bytes of the parameters, 4 each.</summary>
    public long SizeBytes => Costs[CostKind.Size];

    /// <summary>All that it costs.</summary>
    /// <exception cref="OverflowException">A cost does not fit 64 bits.</exception>
    internal PerCost<long> Costs => PerCost<long>.Of(kind => kind.OfRest(Parameters, Macs, Bits));

    /// <summary>All that it costs where everything has 32 bits.</summary>
    /// <exception cref="OverflowException">A cost does not fit 64 bits.</exception>
    internal PerCost<long> FullPrecision => (this with { Bits = CostModel.FullPrecisionBits }).Costs;

    /// <summary>The bits of several parts, for a table: <c>32</c>, or <c>8-32</c> where some are of fewer; null for no parts.</summary>
    internal static string? BitsOf(IReadOnlyList<RestPlan> parts) => parts.Count == 0 ? null
        : parts.Min(part => part.Bits) is var fewest && parts.Max(part => part.Bits) is var most && fewest == most ? FormattableString.Invariant($"{most}") : FormattableString.Invariant($"{fewest}-{most}");

    /// <summary>What several parts cost together.</summary>
    /// <exception cref="OverflowException">A sum does not fit 64 bits.</exception>
    internal static PerCost<long> CostsOf(IReadOnlyList<RestPlan> parts) => PerCost<long>.Of(kind => parts.Sum(part => part.Costs[kind]));

    /// <summary>What several parts cost together where everything has 32 bits.</summary>
    /// <exception cref="OverflowException">A sum does not fit 64 bits.</exception>
    internal static PerCost<long> FullPrecisionOf(IReadOnlyList<RestPlan> parts) => PerCost<long>.Of(kind => parts.Sum(part => part.FullPrecision[kind]));

    /// <summary>Parts in one line: <c>words (Embedding, 320 parameters), dots (matmul, 4096 MACs at 8 bits)</c>; <c>nothing</c> for none.</summary>
    internal static string Words(IReadOnlyList<RestPlan> parts) => parts.Count == 0 ? "nothing" : string.Join(", ", parts.Select(part => part.Words()));

    private string Words()
    {
        string[] amounts = [Kind, .. Amount(Parameters, "parameters"), .. Amount(Macs, HasFewerBits ? FormattableString.Invariant($"MACs at {Bits} bits") : "MACs")];
        return $"{Name} ({string.Join(", ", amounts)})";
    }

    private static string[] Amount(long count, string unit) => count == 0 ? [] : [FormattableString.Invariant($"{count} {unit}")];
}
