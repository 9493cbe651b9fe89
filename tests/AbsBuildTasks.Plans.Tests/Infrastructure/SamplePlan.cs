using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;

namespace AbsBuildTasks.Plans.Tests.Infrastructure;

/// <summary>Small consistent plans to start a test from.</summary>
internal static class SamplePlan
{
    public const string Fingerprint = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    /// <summary>Three layers: conv1 at 8/8, conv2 at 4/4 with 2 filters gone, fc at 8/8.</summary>
    public static CompressionPlan Digits { get; } = Of(
        "digits",
        Layer("conv1", "Conv2d", 8, 8, 6, "0-5", 1000, 20),
        Layer("conv2", "Conv2d", 4, 4, 16, "0-2,4-8,10-15", 2000, 100),
        Layer("fc", "Linear", 8, 8, 10, "0-9", 500, 80));

    /// <summary>The same with measured times: 300, 900 and 200 ns, of 3,000 ns at full precision.</summary>
    public static CompressionPlan Timed { get; } = Digits with
    {
        Layers = [.. Digits.Layers.Zip([300L, 900, 200], (layer, time) => layer with { Costs = layer.Costs.With(CostKind.Latency, time) })],
        Totals = Digits.Totals with
        {
            Costs = Digits.Totals.Costs.With(CostKind.Latency, 1400),
            FullPrecision = Digits.Totals.FullPrecision.With(CostKind.Latency, 3000),
        },
    };

    /// <summary>The same with an embedding of 320 parameters and a product of 512 multiply-accumulates left alone.</summary>
    public static CompressionPlan WithRest { get; } = Digits.Leaving(
        new RestPlan { Name = "words", Kind = "Embedding", Parameters = 320, Macs = 0 },
        new() { Name = "dots", Kind = "matmul", Parameters = 0, Macs = 512 });

    /// <summary>The plan with other parts left alone, and its totals made to fit.</summary>
    public static CompressionPlan Leaving(this CompressionPlan plan, params RestPlan[] rest)
    {
        var layers = PlanTotals.Of(plan.Layers, default(PerCost<long>)).Costs;
        return plan with
        {
            Rest = rest,
            Budget = "bops=50%",
            Totals = PlanTotals.Of(plan.Layers, PerCost<long>.Of(kind => kind.IsMeasured ? 0 : plan.Totals.FullPrecision[kind] - plan.Totals.Costs[kind] + layers[kind] + RestPlan.FullPrecisionOf(rest)[kind]), rest),
        };
    }

    public static LayerPlan Layer(string name, string kind, int weightBits, int activationBits, int filters, string kept, long macs, long sizeBytes) => new()
    {
        Name = name,
        Kind = kind,
        WeightGrid = weightBits == CostModel.FullPrecisionBits ? PlanGrids.Float : PlanGrids.Symmetric,
        WeightBits = weightBits,
        ActivationGrid = activationBits == CostModel.FullPrecisionBits ? PlanGrids.Float : PlanGrids.Unsigned,
        ActivationBits = activationBits,
        Filters = filters,
        KeptFilters = FilterRanges.Parse(kept),
        Macs = macs,
        Bops = CostModel.Bops(macs, weightBits, activationBits),
        SizeBytes = sizeBytes,
    };

    public static CompressionPlan Of(string model, params LayerPlan[] layers) => new()
    {
        Model = model,
        Fingerprint = Fingerprint,
        Budget = "bops=5%",
        Totals = PlanTotals.Of(layers, 4_096_000, 1000),
        Metric = new() { Name = "top-1", FullPrecision = 92.5, Compressed = 91.75 },
        Layers = layers,
    };

    /// <summary>The plan with one layer changed, and its costs and totals made to fit again.</summary>
    public static CompressionPlan With(this CompressionPlan plan, string layer, Func<LayerPlan, LayerPlan> change) =>
        plan.WithLayers([.. plan.Layers.Select(old => old.Name == layer ? Costed(change(old)) : old)]);

    public static CompressionPlan WithLayers(this CompressionPlan plan, params LayerPlan[] layers) => plan with
    {
        Layers = layers,
        Totals = PlanTotals.Of(layers, plan.Totals.FullPrecision),
    };

    private static LayerPlan Costed(LayerPlan layer) => layer with { Bops = CostModel.Bops(layer.Macs, layer.WeightBits, layer.ActivationBits) };
}
