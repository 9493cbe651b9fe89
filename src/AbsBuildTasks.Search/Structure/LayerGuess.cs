namespace AbsBuildTasks.Search.Structure;

/// <summary>Which layers some channels seem to depend on, as one run tells; others prove it.</summary>
/// <param name="Likely">Layers whose values have a gradient there.</param>
/// <param name="Earlier">Layers that had run by then: no other can have changed the channels.</param>
internal sealed record LayerGuess(IReadOnlySet<int> Likely, IReadOnlySet<int> Earlier);
