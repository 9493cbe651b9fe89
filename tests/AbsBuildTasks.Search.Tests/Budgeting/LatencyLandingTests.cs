using AbsBuildTasks.Plans.Cost;
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

    private static CompressedNetwork Of(nn.Module<Tensor, Tensor> network, string bits, Func<LayerShape, LayerTimes> times) =>
        Compressed.Of(network, ones([5, 3, 8, 8]), Compressed.Everything with { Bits = BitChain.Parse(bits) }, times: times);

    private static Budget Limit(CostKind kind, double share) => new() { Limits = default(PerCost<CostLimit>).With(kind, new(share)) };

    private static double Share(CompressedNetwork network, CostKind kind, IReadOnlyList<LayerDecision> decisions) =>
        (double)NetworkCost.Of(network, decisions)[kind] / NetworkCost.FullPrecision(network)[kind];
}
