using AbsBuildTasks.Search.Compression;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>The cost of a network under gates that are still learning.</summary>
internal static class GateCost
{
    /// <summary>R: bit-operations relative to full precision, a scalar with gradients to all gates.</summary>
    /// <remarks>
    /// Σ over layers of kept filters × live inputs × weight bits × activation bits × kernel × positions, so exactly
    /// <see cref="DecisionCost"/> of what the gates choose. Call after a run, which sets the gates.
    /// </remarks>
    public static Tensor RelativeBops(CompressedNetwork network)
    {
        var full = (double)network.Layers.Sum(layer => layer.Layer.Shape.FullPrecisionBops);
        Tensor? total = null;
        for (var i = 0; i < network.Layers.Count; i++)
        {
            var layer = network.Layers[i];
            var shape = layer.Layer.Shape;
            var factor = (double)shape.KernelSize * shape.Positions / shape.Groups / full;
            var bops = network.FilterGates[i].sum()
                .mul(network.Map.Layers[i].Live(network.FilterGates).sum())
                .mul(layer.Weights.EffectiveBits())
                .mul(layer.Activations.EffectiveBits())
                .mul(factor);
            total = total is null ? bops : total.add(bops);
        }

        return total!;
    }
}
