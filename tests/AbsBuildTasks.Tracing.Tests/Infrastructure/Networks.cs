using AbsBuildTasks.Search.Tests.Infrastructure;
using FashionMnist;
using Paper;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Tracing.Tests.Infrastructure;

/// <summary>Networks by name, with the shape of an example of each.</summary>
internal static class Networks
{
    private static readonly Dictionary<string, (Func<Module<Tensor, Tensor>> Make, long[] Example)> All = new(
        [
            .. TestNetworks.Structures.Cast<object[]>().Select(row => Structure((string)row[0])),
            .. Zoo.All, .. Cases.All, .. ImageNetworks.All, .. SequenceNetworks.All, .. RecurrentNetworks.All, .. OperatorNetworks.All,
        ])
    {
        ["digits"] = (() => new Digits.DigitsNetwork(), [1, 8, 8]),
        ["lenet"] = (() => new LeNet5(), [1, 28, 28]),
        ["resnet8"] = (() => ResNet.Small(8, 3, 10), [3, 16, 16]),
        ["resnet20"] = (() => ResNet.Small(20, 3, 10), [3, 16, 16]),
        ["resnet18"] = (() => ResNet.Eighteen(10), [3, 40, 40]),
        ["mobilenet"] = (() => new MobileNetV2(10), [3, 32, 32]),
    };

    /// <summary>Networks of the tests of pruning; their names begin so.</summary>
    public const string Removable = "removable ";

    /// <summary>Networks of the tests of modules that are one call inside torch; their names begin so.</summary>
    public const string Native = "native ";

    /// <summary>All others.</summary>
    public static IEnumerable<string> Names => All.Keys;

    /// <summary>Makes a network whose normalisations are not the identity, and examples of it.</summary>
    public static (Module<Tensor, Tensor> Network, Tensor Examples) Make(string name, int count)
    {
        _ = manual_seed(3);
        var (make, example) = name.StartsWith(Removable, StringComparison.Ordinal) ? Pruned(name[Removable.Length..])
            : name.StartsWith(Native, StringComparison.Ordinal) ? Around(name[Native.Length..])
            : All[name];
        var network = make();
        using var noGradient = no_grad();
        foreach (var (key, buffer) in network.named_buffers().Where(pair => pair.buffer.dtype == ScalarType.Float32))
        {
            _ = buffer.copy_(key.EndsWith("var", StringComparison.Ordinal) ? rand_like(buffer).add(0.5) : randn_like(buffer).mul(0.2));
        }

        foreach (var (_, parameter) in network.named_parameters().Where(pair => pair.parameter.dim() == 1))
        {
            _ = parameter.copy_(randn_like(parameter).mul(0.2).add(0.5));
        }

        network.eval();
        return (network, randn([count, .. example]));
    }

    private static KeyValuePair<string, (Func<Module<Tensor, Tensor>> Make, long[] Example)> Structure(string name) => new(name, (() => TestNetworks.Of(name), [3, 8, 8]));

    private static (Func<Module<Tensor, Tensor>> Make, long[] Example) Pruned(string name)
    {
        var network = RemovableNetwork.Named(name);
        return (() => network.Create(network.Widths), network.Input[1..]);
    }

    private static (Func<Module<Tensor, Tensor>> Make, long[] Example) Around(string name) => NativeNetworks.HasWords(name)
        ? (() => OfWords(NativeNetworks.Of(name)), [NativeNetworks.Steps])
        : (() => NativeNetworks.Of(name), [NativeNetworks.Steps, NativeNetworks.Width]);

    /// <summary>The network, for numbers that stand for words: a file of the tests has floats as its input.</summary>
    private static Search.Tests.Infrastructure.FunctionNetwork OfWords(Module<Tensor, Tensor> network) =>
        new(x => network.call(x.mul(4).abs().clamp(0, NativeNetworks.Words - 1).to(ScalarType.Int64)), ("network", network));
}
