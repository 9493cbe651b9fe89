namespace AbsBuildTasks.Search.Structure;

/// <summary>What all filters of a layer give in a run of a trace.</summary>
internal static class FilterFeeds
{
    /// <summary>The feed of each filter; null for a tied layer, which runs itself.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="feed">What a filter gives.</param>
    public static FilterFeed[]? Of(WeightedLayer layer, Func<int, FilterFeed> feed) => layer.IsTied
        ? null
        : [.. Enumerable.Range(0, layer.Shape.Filters).Select(feed)];
}
