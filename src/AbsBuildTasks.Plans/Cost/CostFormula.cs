namespace AbsBuildTasks.Plans.Cost;

/// <summary>How a layer's cost follows from what a plan tells of the layer, so that a plan can be checked.</summary>
/// <param name="Text">The formula, for a message.</param>
/// <param name="Of">The cost of multiply-accumulates, bits of weights and bits of activations.</param>
internal sealed record CostFormula(string Text, Func<long, int, int, long> Of);
