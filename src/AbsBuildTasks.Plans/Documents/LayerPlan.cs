using AbsBuildTasks.Plans.Cost;

namespace AbsBuildTasks.Plans.Documents;

/// <summary>What was decided for one weighted layer, and what it costs.</summary>
public sealed record LayerPlan
{
    /// <summary>The layer's path in the network, unique in the plan: <c>features.0</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The layer's type: <c>Conv2d</c>, <c>Linear</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The weights' levels: <c>symmetric</c> or <c>unit</c>, <c>float</c> at 32 bits.</summary>
    public required string WeightGrid { get; init; }

    /// <summary>What has a scale of its own in the weights: <c>layer</c>, the whole of it, or each <c>filter</c>.</summary>
    public string WeightScales { get; init; } = PlanScales.Layer;

    /// <summary>Bits of each weight, 1 to 32; 32 for weights that are not quantised.</summary>
    public required int WeightBits { get; init; }

    /// <summary>The input activations' levels: <c>unsigned</c> or <c>symmetric</c>, <c>float</c> at 32 bits.</summary>
    public required string ActivationGrid { get; init; }

    /// <summary>Bits of each input activation, likewise.</summary>
    public required int ActivationBits { get; init; }

    /// <summary>Output filters the layer has before pruning; at least 1.</summary>
    public required int Filters { get; init; }

    /// <summary>The output filters that stay; at least one of them.</summary>
    public required FilterRanges KeptFilters { get; init; }

    /// <summary>Multiply-accumulates of one example that remain: kept filters by live inputs.</summary>
    public required long Macs { get; init; }

    /// <summary>Bit-operations of one example: <c>Macs × WeightBits × ActivationBits</c>.</summary>
    public long Bops
    {
        get => Costs[CostKind.Bops];
        init => Costs = Costs.With(CostKind.Bops, value);
    }

    /// <summary>Bytes of the layer's remaining parameters.</summary>
    public long SizeBytes
    {
        get => Costs[CostKind.Size];
        init => Costs = Costs.With(CostKind.Size, value);
    }

    /// <summary>All that the layer costs.</summary>
    internal PerCost<long> Costs { get; init; }
}
