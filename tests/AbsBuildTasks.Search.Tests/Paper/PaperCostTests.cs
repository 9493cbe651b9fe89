using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Paper;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Paper;

/// <summary>The paper's tables, from the networks themselves; each figure holds to the digits printed there.</summary>
public class PaperCostTests
{
    private const double Mega = 1e6;
    private const double Giga = 1e9;

    [Theory]
    [InlineData("ResNet-20", 32, Mega, 41_798.6, 4, 674.6)]
    [InlineData("ResNet-56", 32, Mega, 128_771.7, 4, 2_033.6)]
    [InlineData("ResNet-18", 224, Giga, 1_857.6, 4, 34.7)]
    [InlineData("MobileNetV2", 224, Giga, 308.0, 6, 11.2)]
    public void A_network_costs_what_is_published(string name, int side, double unit, double fullPrecision, int bits, double quantized)
    {
        using var scope = NewDisposeScope();
        using var network = Named(name);
        var model = Traced.Model(network);
        var probe = NetworkProbe.Run(model, [rand([1, 3, side, side])]);
        using var compressed = new CompressedNetwork(model, probe, EverythingLive(probe), new SearchSettings { Budget = new Budget(1) });

        var last = probe.Layers.Count - 1;
        var decisions = probe.Layers.Select((layer, i) => i == 0 || i == last ? AllKept(layer, 8) : AllKept(layer, bits)).ToArray();

        Assert.Equal(fullPrecision, probe.Layers.Sum(layer => layer.Shape.FullPrecision(CostKind.Bops)) / unit, 1);
        Assert.Equal(quantized, DecisionCost.Of(compressed, decisions).Sum(cost => cost.Costs[CostKind.Bops]) / unit, 1);
    }

    [Fact]
    public void The_search_trains_few_numbers_beside_the_network()
    {
        using var scope = NewDisposeScope();
        var settings = Compressed.Everything;
        using var resNet = Named("ResNet-20");
        using var leNet = new FashionMnist.LeNet5();
        using var ofResNet = Compressed.Of(resNet, rand([2, 3, 32, 32]), settings, calibrate: false);
        using var ofLeNet = Compressed.Of(leNet, rand([2, 1, 28, 28]), settings, calibrate: false);

        // For each layer two intervals and four thresholds of bits, and one of filters for those that are decided together: of
        // ResNet-20 the first layers of its nine blocks, and in each of its three stages all that is added.
        Assert.Equal((22 * 6) + 9 + 3, ofResNet.AddedParameters);
        Assert.Equal((4 * 6) + 3, ofLeNet.AddedParameters);
        Assert.InRange(ofResNet.AddedParameters / (double)resNet.parameters().Sum(parameter => parameter.numel()), 0, 0.001);
        Assert.InRange(ofLeNet.AddedParameters / (double)leNet.parameters().Sum(parameter => parameter.numel()), 0, 0.001);
    }

    private static Module<Tensor, Tensor> Named(string name) => name switch
    {
        "ResNet-20" => (Module<Tensor, Tensor>)new ResNet20Model().CreateNetwork(),
        "ResNet-56" => (Module<Tensor, Tensor>)new ResNet56Model().CreateNetwork(),
        "ResNet-18" => (Module<Tensor, Tensor>)new ResNet18Model().CreateNetwork(),
        _ => (Module<Tensor, Tensor>)new MobileNetV2Model().CreateNetwork(),
    };

    private static LayerDecision AllKept(WeightedLayer layer, int bits) => new(bits, bits, [.. Enumerable.Repeat(true, layer.Shape.Filters)]);

    /// <summary>Nothing is pruned here, so that nothing need be traced.</summary>
    private static ChannelMap EverythingLive(NetworkProbe probe) => ChannelMap.Whole(probe, "nothing is pruned");
}
