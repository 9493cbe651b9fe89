namespace AbsBuildTasks.Search.Structure;

/// <summary>How channels flow between the layers of a network.</summary>
/// <param name="Layers">For each weighted layer what feeds its input channels.</param>
/// <param name="Norms">For each normalising layer likewise.</param>
/// <param name="Prunable">
/// For each weighted layer whether its filters can go, each by a gate of its own, and a smaller network give the same:
/// they feed other weighted layers only, and channels that can be followed. Filters of a tied layer go with others'.
/// </param>
/// <param name="BehindNorm">
/// For each weighted layer whether all it gives goes through one normalisation that it alone feeds.
/// </param>
internal sealed record ChannelMap(
    IReadOnlyList<ChannelSources> Layers,
    IReadOnlyList<ChannelSources> Norms,
    IReadOnlyList<bool> Prunable,
    IReadOnlyList<bool> BehindNorm);
