using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Structure;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>Training steps of one network on one batch, in the ways that are compared.</summary>
internal static class Contender
{
    public static (Tensor Input, Tensor Target) Batch(long[] shape, int classes)
    {
        _ = manual_seed(1);
        return (rand(shape), randint(classes, [shape[0]]));
    }

    /// <summary>A plain training step.</summary>
    public static Action Plain(Module<Tensor, Tensor> network, Tensor input, Tensor target)
    {
        network.train();
        var optimizer = optim.Adam(network.parameters());
        return () =>
        {
            using var scope = NewDisposeScope();
            ClearGradients(network);
            functional.cross_entropy(network.call(input), target).backward();
            _ = optimizer.step();
        };
    }

    /// <summary>A step of the search, or of fine-tuning under a frozen plan.</summary>
    public static Action Compressed(Module<Tensor, Tensor> network, Tensor input, Tensor target, bool frozen, bool keepFirstAndLast = true)
    {
        var compressed = Compress(network, input, keepFirstAndLast);
        var step = 0;
        if (frozen)
        {
            compressed.Freeze(compressed.Decisions());
        }

        network.train();
        var optimizer = optim.Adam(compressed.Parameters);
        TrainedScalar[] gates = frozen ? [] : [.. compressed.Layers.SelectMany(layer => layer.Weights.Gates.Parameters.Concat(layer.Activations.Gates.Parameters))];
        return () =>
        {
            using var scope = NewDisposeScope();
            ClearGradients(network);
            if (!frozen)
            {
                var weights = step++ % 2 == 0;
                compressed.LearnGates(weights, activations: !weights);
            }

            functional.cross_entropy(compressed.Run([input])[0], target).backward();
            compressed.CollectGradients();
            if (!frozen)
            {
                GateCost.CollectGateGradients(compressed, new CostPrices(1));
                foreach (var gate in gates)
                {
                    // All that a step does, but gates stay as they are, so that steps stay comparable.
                    gate.Step(0);
                }
            }

            foreach (var interval in compressed.Intervals)
            {
                interval.Step(1e-3);
            }

            _ = optimizer.step();
        };
    }

    /// <summary>As the trainer does: a step starts without gradients.</summary>
    public static void ClearGradients(Module network)
    {
        foreach (var parameter in network.parameters())
        {
            parameter.grad = null;
        }
    }

    /// <summary>A network under compression, calibrated on a batch.</summary>
    public static CompressedNetwork Compress(Module<Tensor, Tensor> network, Tensor input, bool keepFirstAndLast = true)
    {
        var model = new ModelNetwork(network, (_, inputs) => [network.call(inputs[0])]);
        var probe = NetworkProbe.Run(model, [input]);
        var settings = new SearchSettings { Budget = new Budget(0.03), KeepFirstAndLast = keepFirstAndLast };
        var compressed = new CompressedNetwork(model, probe, ChannelTrace.Run(model, probe, [input]), settings);
        compressed.Calibrate([[input]]);
        return compressed;
    }
}
