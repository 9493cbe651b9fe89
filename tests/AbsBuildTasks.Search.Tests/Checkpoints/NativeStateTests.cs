using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Checkpoints;

/// <summary>A search that goes on from kept state, around every module whose arithmetic is one call inside torch and every parameter of a network's own.</summary>
public class NativeStateTests
{
    [Theory]
    [MemberData(nameof(NativeNetworks.All), MemberType = typeof(NativeNetworks))]
    public void A_search_that_goes_on_from_its_state_takes_the_same_steps(string name)
    {
        using var first = new CompressedNative(name);
        var (input, _, trained) = first;
        Train(trained, input);
        using var second = new CompressedNative(name, calibrate: false);
        var resumed = second.Compressed;
        using var stream = new MemoryStream();
        trained.Exchange(new StateStream(stream));
        stream.Position = 0;
        using var state = new StateStream(stream, stream.Length);
        resumed.Exchange(state);
        state.End();

        Train(trained, input);
        Train(resumed, input);

        Assert.Equal(Bytes(trained), Bytes(resumed));
        Assert.NotEqual(stream.ToArray(), Bytes(trained));
    }

    private static void Train(CompressedNetwork network, Tensor input)
    {
        network.Network.Module.train();

        // Without momentum: what an optimizer keeps has its own tests.
        using var optimizer = optim.SGD(network.Parameters, 0.1);
        for (var step = 0; step < 3; step++)
        {
            optimizer.zero_grad();
            network.Run(input).square().sum().backward();
            network.CollectGradients();
            GateCost.CollectGateGradients(network, default(PerCost<double>).With(CostKind.Size, 1));
            _ = optimizer.step();
            foreach (var scalar in network.Intervals.Concat(network.Layers.SelectMany(layer => layer.Weights.Gates.Parameters.Concat(layer.Activations.Gates.Parameters).Concat(layer.Filters.Gates?.Parameters ?? []))).Distinct())
            {
                scalar.Step(0.1);
            }
        }
    }

    private static byte[] Bytes(CompressedNetwork network)
    {
        using var stream = new MemoryStream();
        network.Exchange(new StateStream(stream));
        return stream.ToArray();
    }
}
