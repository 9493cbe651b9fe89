using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>A step that is not to be taken.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="WeightBits">What it would come to.</param>
/// <param name="ActivationBits">What it would come to.</param>
/// <param name="Filters">How many it would keep.</param>
internal sealed record RefusedStep(string Layer, int WeightBits, int ActivationBits, int Filters)
{
    /// <summary>The step to a decision.</summary>
    public static RefusedStep Of(LayerCompressor layer, LayerDecision to) => new(layer.Layer.Shape.Name, to.WeightBits, to.ActivationBits, to.KeptFilters);
}
