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
        var (random, kept) = (new Random(seed), network.FilterSets.ToDictionary(set => set.Layers[0], set => set));
        var decisions = network.Layers.Select(layer => new LayerDecision(8, 8, [.. Enumerable.Repeat(true, layer.Layer.Shape.Filters)])).ToArray();
        for (var i = 0; i < decisions.Length; i++)
        {
            var layer = network.Layers[i];
            decisions[i] = decisions[i] with { WeightBits = layer.Weights.Chain[random.Next(layer.Weights.Chain.Count)], ActivationBits = layer.Activations.Chain[random.Next(layer.Activations.Chain.Count)] };
            if (kept.GetValueOrDefault(i) is not { CanPrune: true } set)
            {
                continue;
            }

            bool[] units = [.. set.Units.Select(unit => unit.Stays || unit.Parts.Any(part => part.Filters[0] == 0) || random.Next(2) == 0)];
            foreach (var (other, filters) in set.ByLayer(set.Raised(units, Enumerable.Range(0, units.Length))))
            {
                decisions[other] = decisions[other] with { Kept = filters };
            }
        }

        return decisions;
    }
}
