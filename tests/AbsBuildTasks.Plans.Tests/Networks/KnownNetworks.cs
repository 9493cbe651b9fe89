using AbsBuildTasks.Plans.Cost;

namespace AbsBuildTasks.Plans.Tests.Networks;

/// <summary>Networks whose costs are published.</summary>
internal static class KnownNetworks
{
    public static IReadOnlyList<LayerShape> LeNet5() => new LayerList(28)
        .Conv("conv1", 1, 32, 5, bias: true).Pool(2, 2)
        .Conv("conv2", 32, 64, 5, bias: true).Pool(2, 2)
        .Linear("fc1", 64 * 4 * 4, 512)
        .Linear("fc2", 512, 10)
        .Layers;

    /// <summary>6n + 2 layers for small images, channels 16-32-64, 1×1 convolutions where the channels grow.</summary>
    public static IReadOnlyList<LayerShape> SmallResNet(int depth, int classes)
    {
        var network = new LayerList(32).Conv("conv1", 3, 16, 3, padding: 1);
        var inputs = 16;
        foreach (var filters in new[] { 16, 32, 64 })
        {
            for (var block = 0; block < (depth - 2) / 6; block++)
            {
                BasicBlock(network, $"stage{filters}.{block}", inputs, filters, block == 0 && filters != 16 ? 2 : 1);
                inputs = filters;
            }
        }

        return network.Linear("fc", 64, classes).Layers;
    }

    public static IReadOnlyList<LayerShape> ResNet18(int classes)
    {
        var network = new LayerList(224).Conv("conv1", 3, 64, 7, stride: 2, padding: 3).Pool(3, 2, 1);
        var inputs = 64;
        foreach (var filters in new[] { 64, 128, 256, 512 })
        {
            BasicBlock(network, $"layer{filters}.0", inputs, filters, filters == 64 ? 1 : 2);
            BasicBlock(network, $"layer{filters}.1", filters, filters, 1);
            inputs = filters;
        }

        return network.Linear("fc", 512, classes).Layers;
    }

    public static IReadOnlyList<LayerShape> MobileNetV2(int classes)
    {
        var network = new LayerList(224).Conv("features.0", 3, 32, 3, stride: 2, padding: 1);
        var inputs = 32;
        (int Expansion, int Filters, int Blocks, int Stride)[] stages =
            [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];
        foreach (var stage in stages)
        {
            for (var block = 0; block < stage.Blocks; block++)
            {
                var name = $"features.{stage.Filters}.{block}";
                var hidden = inputs * stage.Expansion;
                if (stage.Expansion > 1)
                {
                    network.Conv(name + ".expand", inputs, hidden, 1);
                }

                network
                    .Conv(name + ".depthwise", hidden, hidden, 3, block == 0 ? stage.Stride : 1, padding: 1, groups: hidden)
                    .Conv(name + ".project", hidden, stage.Filters, 1);
                inputs = stage.Filters;
            }
        }

        return network.Conv("features.18", 320, 1280, 1).Linear("classifier", 1280, classes).Layers;
    }

    private static void BasicBlock(LayerList network, string name, int inputs, int filters, int stride)
    {
        network
            .Conv(name + ".conv1", inputs, filters, 3, stride, padding: 1)
            .Conv(name + ".conv2", filters, filters, 3, padding: 1);
        if (inputs != filters)
        {
            network.Shortcut(name + ".shortcut", inputs, filters);
        }
    }
}
