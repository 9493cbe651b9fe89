using AbsBuildTasks.Plans.Cost;

namespace AbsBuildTasks.Plans.Documents;

/// <summary>Costs of a whole network under a plan, and at full precision.</summary>
public sealed record PlanTotals
{
    /// <summary>Multiply-accumulates of one example that remain.</summary>
    public required long Macs { get; init; }

    /// <summary>Bit-operations of one example under the plan.</summary>
    public long Bops
    {
        get => Costs[CostKind.Bops];
        init => Costs = Costs.With(CostKind.Bops, value);
    }

    /// <summary>Bit-operations of one example at 32-bit weights and activations, nothing pruned.</summary>
    public long FullPrecisionBops
    {
        get => FullPrecision[CostKind.Bops];
        init => FullPrecision = FullPrecision.With(CostKind.Bops, value);
    }

    /// <summary><see cref="Bops"/> / <see cref="FullPrecisionBops"/>, 0 to 1, rounded to 6 decimals.</summary>
    public double RelativeBops => Relative(CostKind.Bops);

    /// <summary>Bytes of the compressed parameters.</summary>
    public long SizeBytes
    {
        get => Costs[CostKind.Size];
        init => Costs = Costs.With(CostKind.Size, value);
    }

    /// <summary>Bytes of the parameters at 32 bits each.</summary>
    public long FullPrecisionSizeBytes
    {
        get => FullPrecision[CostKind.Size];
        init => FullPrecision = FullPrecision.With(CostKind.Size, value);
    }

    /// <summary>All that the network costs under the plan.</summary>
    internal PerCost<long> Costs { get; init; }

    /// <summary>All that it costs at 32 bits with nothing pruned.</summary>
    internal PerCost<long> FullPrecision { get; init; }

    /// <summary>The costs that the plan tells.</summary>
    internal IReadOnlyList<CostKind> Kinds => CostKind.KnownIn(FullPrecision);

    /// <summary>Sums up layers.</summary>
    /// <param name="layers">The plan's layers.</param>
    /// <param name="fullPrecisionBops">Bit-operations of the network at full precision.</param>
    /// <param name="fullPrecisionSizeBytes">Bytes of the same layers' parameters at full precision.</param>
    /// <exception cref="OverflowException">A sum does not fit 64 bits.</exception>
    internal static PlanTotals Of(IReadOnlyList<LayerPlan> layers, long fullPrecisionBops, long fullPrecisionSizeBytes) =>
        Of(layers, default(PerCost<long>).With(CostKind.Bops, fullPrecisionBops).With(CostKind.Size, fullPrecisionSizeBytes));

    /// <summary>Sums up layers.</summary>
    /// <param name="layers">The plan's layers.</param>
    /// <param name="fullPrecision">What the network costs at full precision.</param>
    /// <param name="rest">What the search leaves alone beside them; null for nothing.</param>
    /// <exception cref="OverflowException">A sum does not fit 64 bits.</exception>
    internal static PlanTotals Of(IReadOnlyList<LayerPlan> layers, PerCost<long> fullPrecision, IReadOnlyList<RestPlan>? rest = null)
    {
        var left = RestPlan.CostsOf(rest ?? []);
        return new()
        {
            Macs = checked(layers.Sum(layer => layer.Macs) + (rest ?? []).Sum(part => part.Macs)),
            Costs = PerCost<long>.Of(kind => checked(layers.Sum(layer => layer.Costs[kind]) + left[kind])),
            FullPrecision = fullPrecision,
        };
    }

    /// <summary>A cost against full precision, 0 to 1, rounded to 6 decimals.</summary>
    internal double Relative(CostKind kind) =>
        PlanNumber.Round(CostShare.Of(Costs[kind], FullPrecision[kind]), PlanNumber.ShareDecimals);
}
