namespace AbsBuildTasks.Search.Structure;

/// <summary>Layers that can be spelled at the same time.</summary>
internal static class LayerClasses
{
    /// <summary>Layers in classes of which no two change the same channel.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="channels">Channels, with the layers that change each.</param>
    public static List<int[]> Of(IReadOnlyList<int> layers, IEnumerable<TracedChannel> channels)
    {
        var rivals = layers.ToDictionary(layer => layer, _ => new HashSet<int>());
        foreach (var some in channels.Select(channel => channel.Filters.Keys).Where(some => some.Count > 1))
        {
            foreach (var layer in some)
            {
                rivals[layer].UnionWith(some);
            }
        }

        var classes = new List<List<int>>();
        foreach (var layer in layers)
        {
            if (classes.Find(members => !members.Exists(rivals[layer].Contains)) is { } members)
            {
                members.Add(layer);
            }
            else
            {
                classes.Add([layer]);
            }
        }

        return [.. classes.Select(members => members.ToArray())];
    }
}
