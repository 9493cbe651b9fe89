using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Tests.Infrastructure;
using AbsBuildTasks.Search.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Cuda;

public sealed class CudaNetworkTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.weights.zip");

    public void Dispose() => File.Delete(_file);

    /// <summary>With that masks of weights and of normalisations, and where filters' and intervals' gradients go.</summary>
    [CudaFact]
    public void A_training_step_under_a_plan()
    {
        foreach (var create in Networks())
        {
            using var scope = NewDisposeScope();
            using var network = create.Network();
            using var there = create.Network().to(Gpu.Device);
            var (compressed, compressedThere) = (Compressed.Of(network, create.Input), Compressed.Of(there, create.Input.to(Gpu.Device)));
            Assert.Equal(Describe(compressed.Map), Describe(compressedThere.Map));

            // At 8 bits, where a value that rounding sends to the next level makes little difference.
            LayerDecision[] decisions = [.. Compressed.RandomDecisions(compressed, 1).Select(decision => decision with { WeightBits = 8, ActivationBits = 8 })];
            compressed.Freeze(decisions);
            compressedThere.Freeze(decisions);
            foreach (var (layer, layerThere) in compressed.Layers.Zip(compressedThere.Layers))
            {
                Smaller.Quantize(layerThere, layer);
            }

            Gpu.AssertNear(Step(compressed, create.Input), Step(compressedThere, create.Input.to(Gpu.Device)), tolerance: 0.05);
            Assert.Equal(network.parameters().Select(parameter => parameter.grad is null), there.parameters().Select(parameter => parameter.grad is null));
            compressed.Dispose();
            compressedThere.Dispose();
        }

        static Tensor Step(CompressedNetwork network, Tensor input)
        {
            network.Network.Module.train();
            var output = network.Run(input);
            output.square().sum().backward();
            network.CollectGradients();
            return output.detach();
        }
    }

    /// <summary>Gates measure weights, inputs and filters on the GPU, and learn from sums taken there.</summary>
    [CudaFact]
    public void A_step_of_the_search_moves_the_gates_alike()
    {
        using var scope = NewDisposeScope();
        var input = rand([9, 3, 8, 8]);
        var (here, there) = (Gradients(TestNetworks.Chain(), input), Gradients(TestNetworks.Chain().to(Gpu.Device), input.to(Gpu.Device)));

        Gpu.AssertNear(here, there, tolerance: 0.05);

        static double[] Gradients(FunctionNetwork network, Tensor input)
        {
            using var compressed = Compressed.Of(network, input);
            network.train();
            compressed.Run(input).square().mean().backward();
            compressed.CollectGradients();
            return [.. compressed.Intervals.Select(interval => interval.Gradient).Concat(compressed.Layers.SelectMany(layer => layer.Filters.Gradients))];
        }
    }

    [CudaFact]
    public void A_teacher_and_statistics_of_normalisations()
    {
        using var scope = NewDisposeScope();
        var data = new LabelledData(randn([12, 3, 8, 8]), arange(12, dtype: ScalarType.Int64).remainder(4));
        var (here, there) = (Run(CPU), Run(Gpu.Device));

        Gpu.AssertNear(here.Loss, there.Loss);
        Gpu.AssertNear(here.Mean, there.Mean);
        Gpu.AssertNear(here.Variance, there.Variance);

        (Tensor Loss, Tensor Mean, Tensor Variance) Run(Device device)
        {
            var network = TestNetworks.Chain().to(device);
            var placed = new LabelledData(data.Inputs.to(device), data.Targets.to(device));
            BatchNormStatistics.Reestimate(network, inputs => [network.call(inputs[0])], Batches.InOrder(placed, 4), CancellationToken.None);
            using var teacher = new Teacher(new StripesModel(), network, 0.5, device);
            var batch = new Batch(placed.AllInputs, placed.AllTargets);
            var loss = teacher.Loss([network.call(placed.Inputs)], batch);
            var norm = network.modules().OfType<TorchSharp.Modules.BatchNorm2d>().Single();
            return (loss.detach(), norm.running_mean!, norm.running_var!);
        }
    }

    [CudaFact]
    public void Weights_that_are_written_are_loaded_as_they_were_evaluated()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain().to(Gpu.Device);
        var input = rand([9, 3, 8, 8], device: Gpu.Device);
        using var compressed = Compressed.Of(network, input);
        compressed.Freeze(Compressed.RandomDecisions(compressed, 2));
        network.eval();
        var evaluated = compressed.Run(input);
        WeightExporter.Write(compressed, _file);

        using var fresh = CompressedModel.Load(TestNetworks.Chain().to(Gpu.Device), _file);
        Gpu.AssertNear(evaluated.cpu(), fresh.call(input));
        using var onProcessor = CompressedModel.Load(TestNetworks.Chain(), _file);
        Gpu.AssertNear(onProcessor.call(input.cpu()), evaluated, tolerance: 0.05);
    }

    private static IEnumerable<(Func<FunctionNetwork> Network, Tensor Input)> Networks()
    {
        yield return (TestNetworks.Chain, randn([9, 3, 8, 8]));
        foreach (var structure in new[] { "residual", "pre-activation", "shared", "depthwise", "grouped", "grouped transposed" })
        {
            yield return (() => TestNetworks.Of(structure), randn([9, 3, 8, 8]));
        }

        foreach (var name in RemovableNetwork.Names)
        {
            var removable = RemovableNetwork.Named(name);
            yield return (() =>
            {
                _ = manual_seed(4);
                return removable.Create(removable.Widths);
            },
            randn(removable.Input));
        }
    }

    private static string Describe(ChannelMap map) => string.Join('\n', map.Layers.Concat(map.Norms)
        .Select(sources => string.Join(' ', sources.Channels.Select(channel => channel is null ? "-" : string.Join('+', channel))))
        .Append(string.Join(' ', map.Prunable)));
}
