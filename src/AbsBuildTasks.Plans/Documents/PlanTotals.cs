namespace AbsBuildTasks.Plans.Documents;

/// <summary>Costs of a whole network under a plan, and at full precision.</summary>
public sealed record PlanTotals
{
    /// <summary>Multiply-accumulates of one example that remain.</summary>
    public required long Macs { get; init; }

    /// <summary>Bit-operations of one example under the plan.</summary>
    public required long Bops { get; init; }

    /// <summary>Bit-operations of one example at 32-bit weights and activations, nothing pruned.</summary>
    public required long FullPrecisionBops { get; init; }

    /// <summary><see cref="Bops"/> / <see cref="FullPrecisionBops"/>, 0 to 1, rounded to 6 decimals.</summary>
    public double RelativeBops => FullPrecisionBops == 0 ? 0 : PlanNumber.Round((double)Bops / FullPrecisionBops, PlanNumber.ShareDecimals);

    /// <summary>Bytes of the compressed parameters.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Bytes of the parameters at 32 bits each.</summary>
    public required long FullPrecisionSizeBytes { get; init; }

    /// <summary>Sums up layers.</summary>
    /// <param name="layers">The plan's layers.</param>
    /// <param name="fullPrecisionBops">Bit-operations of the network at full precision.</param>
    /// <param name="fullPrecisionSizeBytes">Bytes of the same layers' parameters at full precision.</param>
    /// <exception cref="OverflowException">A sum does not fit 64 bits.</exception>
    public static PlanTotals Of(IReadOnlyList<LayerPlan> layers, long fullPrecisionBops, long fullPrecisionSizeBytes) => new()
    {
        Macs = layers.Sum(layer => layer.Macs),
        Bops = layers.Sum(layer => layer.Bops),
        FullPrecisionBops = fullPrecisionBops,
        SizeBytes = layers.Sum(layer => layer.SizeBytes),
        FullPrecisionSizeBytes = fullPrecisionSizeBytes,
    };
}
