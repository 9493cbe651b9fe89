using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Checkpoints;

public class CompressedNetworkStateTests
{
    public static TheoryData<string> Kinds => [.. Enum.GetNames<GateKind>()];

    [Theory]
    [InlineData(nameof(GateKind.Threshold), ScaleKind.Layer)]
    [InlineData(nameof(GateKind.Threshold), ScaleKind.Filter)]
    [InlineData(nameof(GateKind.Logit), ScaleKind.Filter)]
    public void A_network_with_anothers_state_is_that_network(string gates, object scales)
    {
        using var scope = NewDisposeScope();
        var input = randn(8, 3, 8, 8);
        var settings = Compressed.Everything with { Gate = Enum.Parse<GateKind>(gates), WeightScales = (ScaleKind)scales };
        using var trained = Compressed.Of(TestNetworks.Chain(), input, settings);
        Train(trained, input);
        using var fresh = Compressed.Of(TestNetworks.Chain(), input, settings, calibrate: false);

        Copy(trained, fresh);

        // What a layer measured last counts in a step that passes it by.
        Assert.Equal(GateGradients(trained), GateGradients(fresh));
        Assert.Contains(GateGradients(trained), gradient => gradient != 0);
        AssertSame(trained, fresh, input);
        Train(trained, input);
        Train(fresh, input);
        AssertSame(trained, fresh, input);
    }

    [Fact]
    public void So_is_one_with_frozen_decisions()
    {
        using var scope = NewDisposeScope();
        var input = randn(8, 3, 8, 8);
        using var frozen = Compressed.Of(TestNetworks.Chain(), input);
        frozen.Freeze(Compressed.RandomDecisions(frozen, seed: 3));
        using var fresh = Compressed.Of(TestNetworks.Chain(), input, calibrate: false);

        Copy(frozen, fresh);

        AssertSame(frozen, fresh, input);
        Assert.All(fresh.Layers, layer => Assert.True(layer.IsFrozen));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_frozen_network_goes_back_to_how_the_search_left_it(string gates)
    {
        using var scope = NewDisposeScope();
        var input = randn(8, 3, 8, 8);
        var settings = Compressed.Everything with { Gate = Enum.Parse<GateKind>(gates) };
        using var searched = Compressed.Of(TestNetworks.Chain(), input, settings);
        Train(searched, input);
        using var same = Compressed.Of(TestNetworks.Chain(), input, settings, calibrate: false);
        Copy(searched, same);

        // Chunks that end within numbers and within tensors.
        var copy = new StateCopy(searched.Exchange, chunkBytes: 13);
        copy.Take();
        searched.Freeze(Compressed.RandomDecisions(searched, seed: 3));
        FineTune(searched, input);

        copy.Restore();

        Assert.All(searched.Layers, layer => Assert.False(layer.IsFrozen));
        AssertSame(same, searched, input);
        Train(searched, input);
        Train(same, input);
        AssertSame(same, searched, input);
    }

    private static void Copy(CompressedNetwork from, CompressedNetwork to)
    {
        using var stream = new MemoryStream();
        from.Exchange(new StateStream(stream));
        stream.Position = 0;
        using var state = new StateStream(stream, stream.Length);
        to.Exchange(state);
        state.End();
    }

    private static void AssertSame(CompressedNetwork expected, CompressedNetwork actual, Tensor input)
    {
        foreach (var (a, b) in expected.Decisions().Zip(actual.Decisions()))
        {
            Assert.Equal((a.WeightBits, a.ActivationBits), (b.WeightBits, b.ActivationBits));
            Assert.Equal(a.Kept, b.Kept);
        }

        expected.Network.Module.eval();
        actual.Network.Module.eval();
        Assert.True(expected.Run(input).equal(actual.Run(input)).all().item<bool>());
    }

    private static double[] GateGradients(CompressedNetwork network)
    {
        foreach (var layer in network.Layers)
        {
            layer.Weights.CollectGateGradients(1);
            layer.Activations.CollectGateGradients(1);
        }

        var parameters = network.Layers.SelectMany(layer => layer.Weights.Gates.Parameters.Concat(layer.Activations.Gates.Parameters)).ToArray();
        double[] gradients = [.. parameters.Select(parameter => parameter.Gradient)];
        Array.ForEach(parameters, parameter => parameter.Gradient = 0);
        return gradients;
    }

    private static void FineTune(CompressedNetwork network, Tensor input)
    {
        network.Network.Module.train();
        using var optimizer = optim.SGD(network.Parameters, 0.1);
        functional.cross_entropy(network.Run(input), arange(8, ScalarType.Int64).remainder(4)).backward();
        network.CollectGradients();
        _ = optimizer.step();
        foreach (var interval in network.Intervals)
        {
            interval.Step(0.1);
        }
    }

    private static void Train(CompressedNetwork network, Tensor input)
    {
        _ = manual_seed(9);
        network.Network.Module.train();
        for (var step = 0; step < 3; step++)
        {
            functional.cross_entropy(network.Run(input), arange(8, ScalarType.Int64).remainder(4)).backward();
            network.CollectGradients();
            GateCost.CollectGateGradients(network, default(PerCost<double>).With(CostKind.Bops, 1));
            foreach (var scalar in network.Intervals.Concat(network.Layers.SelectMany(layer => layer.Weights.Gates.Parameters.Concat(layer.Activations.Gates.Parameters).Concat(layer.Filters.Gates?.Parameters ?? []))))
            {
                scalar.Step(0.1);
            }
        }
    }
}
