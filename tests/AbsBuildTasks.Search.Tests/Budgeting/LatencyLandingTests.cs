using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Budgeting;

/// <summary>Limits on time, which does not fall with every bit and filter.</summary>
public class LatencyLandingTests
{
    [Fact]
    public void Fewer_bits_that_take_longer_do_not_lead_beyond_the_limit_though_the_network_stays_good()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Of(network, "8;16", FakeTimes.SlowOnIntegers);
        LayerDecision[] start = [.. ReachableRange.Smallest(compressed).Select(decision => decision with { ActivationBits = 16 })];
        var budget = Limit(CostKind.Latency, Share(compressed, CostKind.Latency, start)) with { Drop = Budget.Parse("drop=1").Drop };

        var landed = new BudgetLanding(compressed, budget, _ => 1).Land(start, _ => true);

        Assert.All(landed, decision => Assert.Equal(16, Math.Max(decision.WeightBits, decision.ActivationBits)));
    }

    [Fact]
    public void Bits_go_down_to_integers_at_once_where_a_bitwidth_alone_saves_nothing()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Of(network, "2;4;8;16", FakeTimes.Of);

        var landed = new BudgetLanding(compressed, Limit(CostKind.Latency, 0.6), Loss).Land(ReachableRange.Largest(compressed));

        Assert.True(Share(compressed, CostKind.Latency, landed) <= 0.6);
        Assert.All(landed, decision => Assert.True(decision is { WeightBits: >= 8, ActivationBits: >= 8 }));
        Assert.All(landed, decision => Assert.DoesNotContain(false, decision.Kept));
    }

    [Fact]
    public void Filters_go_as_many_at_a_time_as_it_takes_to_save_time()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Of(network, "8", Plateau);
        var smallest = ReachableRange.Smallest(compressed);
        var share = 0.7 * Share(compressed, CostKind.Latency, ReachableRange.Largest(compressed));

        // No filter that is gone would help.
        var landed = new BudgetLanding(compressed, Limit(CostKind.Latency, share), _ => 1).Land(ReachableRange.Largest(compressed));

        Assert.True(Share(compressed, CostKind.Latency, landed) <= share);
        Assert.True(landed.Sum(decision => decision.KeptFilters) > smallest.Sum(decision => decision.KeptFilters));
    }

    [Fact]
    public void The_least_time_is_that_in_floating_point_where_integers_are_slower()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Of(network, "8;16", FakeTimes.SlowOnIntegers);
        var (range, largest) = (ReachableRange.Of(compressed), ReachableRange.Largest(compressed));
        LayerDecision[] fastest = [.. ReachableRange.Smallest(compressed).Select(decision => decision with { ActivationBits = 16 })];
        var budget = Limit(CostKind.Latency, 1.01 * Share(compressed, CostKind.Latency, fastest));

        Assert.Equal(NetworkCost.Of(compressed, fastest)[CostKind.Latency], range.Least[CostKind.Latency]);
        Assert.Equal(NetworkCost.Of(compressed, ReachableRange.Smallest(compressed))[CostKind.Bops], range.Least[CostKind.Bops]);
        range.Require(budget);
        Assert.True(Share(compressed, CostKind.Latency, new BudgetLanding(compressed, budget, _ => 1).Land(ReachableRange.Smallest(compressed))) <= budget.Limits[CostKind.Latency].ShareOf(range.FullPrecision[CostKind.Latency]));
        Assert.True(Share(compressed, CostKind.Latency, new BudgetLanding(compressed, budget, _ => 1).Land(largest)) <= budget.Limits[CostKind.Latency].ShareOf(range.FullPrecision[CostKind.Latency]));

        // The least of both is never there at once.
        var both = budget with { Limits = budget.Limits.With(CostKind.Bops, new(1.01 * range.Least[CostKind.Bops] / range.FullPrecision[CostKind.Bops])) };
        Assert.Equal(AbsCodes.ImpossibleBudget, Assert.Throws<AbsException>(() => range.Require(both)).Code);
    }

    /// <summary>Filters matter far more than bits.</summary>
    private static double Loss(IReadOnlyList<LayerDecision> decisions) =>
        decisions.Sum(decision => 32.0 - decision.WeightBits - decision.ActivationBits + (100 * (decision.Kept.Count - decision.KeptFilters)));

    /// <summary>Half of the filters and inputs take as long as all of them.</summary>
    private static LayerTimes Plateau(LayerShape shape)
    {
        long[] filters = [0, Math.Max(1, shape.Filters / 2), shape.Filters];
        long[] inputs = [0, Math.Max(1, shape.InputChannels / 2), shape.InputChannels];
        MonotoneGrid times = new(filters, inputs, [.. filters.Select(count => inputs.Select(input => Math.Min(count, filters[1]) * Math.Min(input, inputs[1]) * FakeTimes.PerPair).ToArray())]);
        return new(times, times);
    }

    private static CompressedNetwork Of(nn.Module<Tensor, Tensor> network, string bits, Func<LayerShape, LayerTimes> times) =>
        Compressed.Of(network, ones([5, 3, 8, 8]), Compressed.Everything with { Bits = BitChain.Parse(bits) }, times: times);

    private static Budget Limit(CostKind kind, double share) => new() { Limits = default(PerCost<CostLimit>).With(kind, new(share)) };

    private static double Share(CompressedNetwork network, CostKind kind, IReadOnlyList<LayerDecision> decisions) =>
        (double)NetworkCost.Of(network, decisions)[kind] / NetworkCost.FullPrecision(network)[kind];
}
