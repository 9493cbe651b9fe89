using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Json;

namespace AbsBuildTasks.Plans.Runs;

/// <summary>What a layer's gates had chosen at the end of an epoch.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="WeightBits">Bits of each weight, 1 to 32.</param>
/// <param name="ActivationBits">Bits of each input activation, 1 to 32.</param>
/// <param name="KeptFilters">How many output filters stayed, at least 0.</param>
internal sealed record RunLayer(string Name, int WeightBits, int ActivationBits, int KeptFilters)
{
    /// <summary>Reads a layer from its properties, which have the names of these.</summary>
    /// <exception cref="JsonShapeException">It is no layer.</exception>
    public static RunLayer Read(StrictObject layer) => new(
        layer.String("name"),
        layer.Int("weightBits", 1, CostModel.FullPrecisionBits),
        layer.Int("activationBits", 1, CostModel.FullPrecisionBits),
        layer.Int("keptFilters", 0, int.MaxValue));
}
