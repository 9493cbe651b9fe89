using Paper;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>A kind of network at some depth, which is grown to see what its costs do.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Create">Makes one.</param>
/// <param name="Shape">The shape of an example.</param>
internal sealed record GrownNetworks(string Name, Func<Module<Tensor, Tensor>> Create, long[] Shape)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<GrownNetworks> All { get; } =
    [
        new("resnet20", () => ResNet.Small(20, channels: 3, classes: 10), [3, 32, 32]),
        new("resnet56", () => ResNet.Small(56, channels: 3, classes: 10), [3, 32, 32]),
        new("resnet110", () => ResNet.Small(110, channels: 3, classes: 10), [3, 32, 32]),
        new("chain50", () => Chain(50), [3, 8, 8]),
        new("chain100", () => Chain(100), [3, 8, 8]),
        new("chain200", () => Chain(200), [3, 8, 8]),
        new("chain500", () => Chain(500), [3, 8, 8]),
        new("encoder6", () => new Encoder(6), [16, 8]),
        new("encoder12", () => new Encoder(12), [16, 8]),
        new("encoder24", () => new Encoder(24), [16, 8]),
        new("mobilenetv2", () => new MobileNetV2(1000), [3, 224, 224]),
    ];

    /// <summary>Those of given names; all where none is given.</summary>
    public static IEnumerable<GrownNetworks> Of(IReadOnlySet<string> only) => All.Where(network => only.Count == 0 || only.Contains(network.Name));

    /// <summary>Random examples and classes.</summary>
    public (Tensor Input, Tensor Target) Batch(int examples) => Contender.Batch([examples, .. Shape], 10);

    // Layers of 8 filters each.
    private static TorchSharp.Modules.Sequential Chain(int layers) => Sequential(Enumerable.Range(0, layers).SelectMany(i => new Module<Tensor, Tensor>[]
        {
            NearIdentity(Conv2d(i == 0 ? 3 : 8, 8, 3, padding: 1, bias: false)),
            BatchNorm2d(8),
            ReLU(),
        }).Append(AdaptiveAvgPool2d(1)).Append(Flatten()).Append(Linear(8, 10)).ToArray());

    // Random layers would make gradients larger with each of them, beyond what a float can hold.
    private static TorchSharp.Modules.Conv2d NearIdentity(TorchSharp.Modules.Conv2d layer)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var random = layer.weight.clone();
        _ = init.dirac_(layer.weight);
        _ = layer.weight.add_(random, 0.1);
        return layer;
    }
}
