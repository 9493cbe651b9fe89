namespace AbsBuildTasks.Search.OnnxExport.Quantized;

/// <summary>What a plan says of a layer's numbers.</summary>
/// <param name="Weights">Levels of its weight, before normalisations were folded in; null where it is not quantised.</param>
/// <param name="Inputs">Levels of its inputs; null where they are not quantised.</param>
internal sealed record LayerLevels(LevelGrid? Weights, LevelGrid? Inputs);
