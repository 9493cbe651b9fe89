using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Tests.Networks;

namespace AbsBuildTasks.Plans.Tests.Cost;

/// <summary>The table of published totals; each holds to the digits printed there.</summary>
public class KnownNetworkCostTests
{
    private const double Mega = 1e6;
    private const double Giga = 1e9;

    [Fact]
    public void ResNet20_has_its_published_costs()
    {
        var network = KnownNetworks.SmallResNet(20, classes: 100);

        Assert.Equal(40_818_944, Macs(network));
        Assert.Equal(41_798.6, FullPrecisionBops(network) / Mega, 1);
        Assert.Equal(674.6, FixedBitBops(network, 4) / Mega, 1);

        // The parameters but for those of its batch-norms: 2 per filter of 21 convolutions, shortcuts included.
        var filters = network.Where(layer => layer.Kind == "Conv2d").Sum(layer => layer.Filters);
        Assert.Equal(278_324 - (2 * filters), network.Sum(layer => layer.FullPrecision(CostKind.Size)) / 4);
    }

    [Fact]
    public void ResNet56_has_its_published_costs()
    {
        var network = KnownNetworks.SmallResNet(56, classes: 100);

        Assert.Equal(128_771.7, FullPrecisionBops(network) / Mega, 1);
        Assert.Equal(2_033.6, FixedBitBops(network, 4) / Mega, 1);
    }

    [Fact]
    public void ResNet18_has_its_published_costs()
    {
        var network = KnownNetworks.ResNet18(classes: 1000);

        Assert.Equal(1_814_073_344, Macs(network));
        Assert.Equal(1_857.6, FullPrecisionBops(network) / Giga, 1);
        Assert.Equal(34.7, FixedBitBops(network, 4) / Giga, 1);
    }

    [Fact]
    public void MobileNetV2_has_its_published_costs()
    {
        var network = KnownNetworks.MobileNetV2(classes: 1000);

        Assert.Equal(308.0, FullPrecisionBops(network) / Giga, 1);
        Assert.Equal(11.2, FixedBitBops(network, 6) / Giga, 1);
    }

    [Fact]
    public void LeNet5_has_its_published_costs()
    {
        var network = KnownNetworks.LeNet5();

        Assert.Equal([460_800L, 3_276_800L, 524_288L, 5_120L], network.Select(layer => layer.Macs));
        Assert.Equal(4_369.4, FullPrecisionBops(network) / Mega, 1);

        // At 8/8 the first layer alone costs this share.
        Assert.Equal(0.675, 100.0 * CostModel.Bops(network[0].Macs, 8, 8) / FullPrecisionBops(network), 3);
    }

    private static long Macs(IEnumerable<LayerShape> network) => network.Sum(layer => layer.Macs);

    private static long FullPrecisionBops(IEnumerable<LayerShape> network) => network.Sum(layer => layer.FullPrecision(CostKind.Bops));

    /// <summary>All layers at the same bits, but the first and the last at 8.</summary>
    private static long FixedBitBops(IReadOnlyList<LayerShape> network, int bits) => network
        .Select((layer, index) => index == 0 || index == network.Count - 1 ? CostModel.Bops(layer.Macs, 8, 8) : CostModel.Bops(layer.Macs, bits, bits))
        .Sum();
}
