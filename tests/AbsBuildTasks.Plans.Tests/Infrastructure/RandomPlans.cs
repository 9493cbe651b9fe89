using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;
using FsCheck;
using FsCheck.Fluent;

namespace AbsBuildTasks.Plans.Tests.Infrastructure;

/// <summary>Random values for properties.</summary>
public static class RandomPlans
{
    public static Arbitrary<FilterRanges> FilterSets() =>
        Gen.ListOf(Gen.Choose(0, 60)).Select(FilterRanges.Of).ToArbitrary();

    public static Arbitrary<CompressionPlan> CompressionPlans() => (
        from layers in Gen.NonEmptyListOf(Layer())
        from model in Name()
        from metric in Name()
        from full in Gen.Choose(-10_000_000, 10_000_000)
        from compressed in Gen.Choose(-10_000_000, 10_000_000)
        from baseline in Gen.Elements<BaselineKind?>(null, BaselineKind.EqualSteps, BaselineKind.AsTrained)
        from examples in Gen.Elements<int?>(null, 1, 360, int.MaxValue)
        from noise in Gen.Elements<double?>(null, 0, 0.7513, 1e9)
        from rounded in Gen.Elements(0, 1, 12, int.MaxValue)
        from ended in Gen.ListOf(Ended())
        from start in Gen.Elements<string?>(null, new('a', 64), "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")
        from target in Gen.Elements<string?>(null, "w4a8", "my.NPU_2-x")
        from rest in Gen.ListOf(Part())
        from further in Gen.ListOf(Name())
        from lower in Gen.Elements(true, false)
        select SamplePlan.Of(model, [.. layers.DistinctBy(layer => layer.Name)]) with
        {
            Target = target,
            WarmStart = start,
            RoundedValues = rounded,
            EndedEarly = [.. ended],
            FurtherMetrics = [.. further.Distinct().Where(name => name != metric).Select(name => new PlanMetric { Name = name, FullPrecision = compressed / 1e4, Compressed = full / 1e4, LowerIsBetter = !lower, Noise = noise })],
            Rest = [.. rest.DistinctBy(part => part.Name).Where(part => layers.All(layer => layer.Name != part.Name))],
            Metric = new() { Name = metric, FullPrecision = full / 1e4, Compressed = compressed / 1e3, LowerIsBetter = lower, Baseline = baseline, Examples = examples, Noise = noise },
        }).Select(plan => plan with
        {
            Budget = "bops=100%",
            Totals = PlanTotals.Of(plan.Layers, PerCost<long>.Of(kind => kind.IsMeasured ? 0 : (plan.Totals.Costs[kind] * 3) + RestPlan.FullPrecisionOf(plan.Rest)[kind] + 1), plan.Rest),
        }).ToArbitrary();

    private static Gen<EndedPhase> Ended() =>
        from phase in Gen.Elements<string>(EndedPhase.Phases)
        from epochs in Gen.Choose(0, int.MaxValue)
        from steps in Gen.Elements(0, 1, int.MaxValue)
        select new EndedPhase(phase, epochs, steps);

    private static Gen<RestPlan> Part() =>
        from name in Name()
        from kind in Name()
        from parameters in Gen.Choose(0, int.MaxValue)
        from macs in Gen.Choose(1, int.MaxValue)
        from bits in Gen.Elements(8, 32)
        select new RestPlan { Name = name, Kind = kind, Parameters = parameters, Macs = macs, Bits = bits };

    private static Gen<LayerPlan> Layer() =>
        from name in Name()
        from kind in Name()
        from weightBits in Gen.Choose(1, 32)
        from activationBits in Gen.Choose(1, 32)
        from kept in Gen.NonEmptyListOf(Gen.Choose(0, 99))
        from macs in Gen.Choose(0, int.MaxValue)
        from size in Gen.Choose(0, int.MaxValue)
        from scales in weightBits == CostModel.FullPrecisionBits ? Gen.Constant(PlanScales.Layer) : Gen.Elements(PlanScales.Layer, PlanScales.Filter)
        select SamplePlan.Layer(name, kind, weightBits, activationBits, 100, FilterRanges.Of(kept).ToString(), macs, size) with { WeightScales = scales };

    /// <summary>Names of any characters that exist: quotes, controls, line separators, emoji.</summary>
    private static Gen<string> Name() => Gen.NonEmptyListOf(Gen.Elements(
        "a", "Z", "0", ".", "-", " ", "\"", "'", "\\", "/", "\n", "\r\n", "\t", "\0", "\u007f", "\u0085", "\u2028", "\u202e", "\ufeff", "é", "層", "😀", "</script>", "{", "//"))
        .Select(string.Concat);
}
