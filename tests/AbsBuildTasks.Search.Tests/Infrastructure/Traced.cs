using AbsBuildTasks.Search.Structure;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Infrastructure;

/// <summary>Looks into networks of one input and one output.</summary>
internal static class Traced
{
    public static ModelNetwork Model(Module<Tensor, Tensor> network) => new(network, (_, inputs) => [network.call(inputs[0])]);

    public static NetworkProbe Probe(Module<Tensor, Tensor> network, Tensor example) => NetworkProbe.Run(Model(network), [example]);

    public static ChannelMap Map(Module<Tensor, Tensor> network, Tensor example) =>
        ChannelTrace.Run(Model(network), Probe(network, example), [example]);
}
