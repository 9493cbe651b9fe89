using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>Training steps of one network on one batch, in the ways that are compared.</summary>
internal static class Contender
{
    // Gates do all they do in a step but move, so that steps stay comparable.
    private static readonly SearchSettings Settings = new() { Budget = new Budget(0.03), GateLearningRate = 1e-12 };

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

    /// <summary>A step of the search itself, in its midst: the weaker half of the filters is closed.</summary>
    public static Action Search(Module<Tensor, Tensor> network, Tensor input, Tensor target, bool keepFirstAndLast = true, ScaleKind scales = ScaleKind.Layer)
    {
        var settings = Settings with { KeepFirstAndLast = keepFirstAndLast, WeightScales = scales, BatchSize = (int)input.shape[0] };
        var compressed = HalfPruned(network, input, settings);
        var model = new OneBatch(network, input, target);
        var job = new SearchJob { Model = "benchmark", Fingerprint = new string('0', 64), Settings = settings, Context = new ModelContext(".", []), Device = CPU };
        var trainer = new Trainer(model, network, model.Data, job, () => false);
        var phase = new SearchPhase(compressed, trainer, new CostSteering(settings.Budget, ReachableRange.Of(compressed), 1), settings);
        var epoch = 0;
        return () => _ = phase.Epoch(epoch++);
    }

    /// <summary>A step of fine-tuning under the plan that <see cref="Search"/> is at.</summary>
    public static Action Frozen(Module<Tensor, Tensor> network, Tensor input, Tensor target, bool keepFirstAndLast = true)
    {
        var compressed = HalfPruned(network, input, Settings with { KeepFirstAndLast = keepFirstAndLast });
        compressed.Freeze(compressed.Decisions());
        network.train();
        var optimizer = optim.Adam(compressed.Parameters);
        return () =>
        {
            using var scope = NewDisposeScope();
            ClearGradients(network);
            functional.cross_entropy(compressed.Run([input])[0], target).backward();
            compressed.CollectGradients();
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
    public static CompressedNetwork Compress(Module<Tensor, Tensor> network, Tensor input, SearchSettings? settings = null)
    {
        var model = new ModelNetwork(network, (_, inputs) => [network.call(inputs[0])]);
        var probe = NetworkProbe.Run(model, [input]);
        var compressed = new CompressedNetwork(model, probe, ChannelTrace.Run(model, probe, [input]), settings ?? Settings);
        compressed.Calibrate([[input]]);
        return compressed;
    }

    private static CompressedNetwork HalfPruned(Module<Tensor, Tensor> network, Tensor input, SearchSettings settings)
    {
        var compressed = Compress(network, input, settings);
        foreach (var gates in compressed.FilterGates)
        {
            gates.Gates.Parameters[0].Value = gates.Norms().Order().ElementAt(gates.Set.Units.Count / 2);
        }

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        _ = compressed.Run([input]);
        return compressed;
    }
}
