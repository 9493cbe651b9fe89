using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Compression;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Infrastructure;

/// <summary>Puts networks under compression.</summary>
internal static class Compressed
{
    public static readonly SearchSettings Everything = new() { Budget = new Budget(1), KeepFirstAndLast = false };

    public static CompressedNetwork Of(Module<Tensor, Tensor> network, Tensor example, SearchSettings? settings = null, bool calibrate = true, Func<LayerShape, LayerTimes>? times = null)
    {
        var probe = Traced.Probe(network, example);
        var compressed = new CompressedNetwork(Traced.Model(network), times is null ? probe : probe.Timed(times), Traced.Map(network, example), settings ?? Everything);
        if (calibrate)
        {
            compressed.Calibrate([[example]]);
        }

        return compressed;
    }

    /// <summary>Runs a batch of one input and one output.</summary>
    public static Tensor Run(this CompressedNetwork network, Tensor input) => network.Run([input])[0];

    /// <summary>Random bitwidths and kept filters, at least one a layer.</summary>
    public static LayerDecision[] RandomDecisions(CompressedNetwork network, int seed)
    {
        var random = new Random(seed);
        return
        [
            .. network.Layers.Select(layer => new LayerDecision(
                layer.Weights.Chain[random.Next(layer.Weights.Chain.Count)],
                layer.Activations.Chain[random.Next(layer.Activations.Chain.Count)],
                [.. Enumerable.Range(0, layer.Layer.Shape.Filters).Select(filter => filter == 0 || !layer.Filters.CanPrune || random.Next(2) == 0)])),
        ];
    }
}
