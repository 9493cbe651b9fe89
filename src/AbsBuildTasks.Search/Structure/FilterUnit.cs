namespace AbsBuildTasks.Search.Structure;

/// <summary>Filters that stay or go together.</summary>
/// <param name="Parts">For each layer that has any of them which ones, ascending.</param>
/// <param name="Stays">Whether they stay in any case.</param>
internal sealed record FilterUnit(IReadOnlyList<FilterPart> Parts, bool Stays);

/// <summary>The filters of one layer in a unit.</summary>
/// <param name="Layer">Index of the layer in call order.</param>
/// <param name="Filters">Indices of its filters.</param>
internal sealed record FilterPart(int Layer, IReadOnlyList<int> Filters);
