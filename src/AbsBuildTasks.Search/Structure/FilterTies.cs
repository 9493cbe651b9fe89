namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Finds filters that stay or go together: those that are added to each other, as behind the shortcut of a residual block.
/// While one of them stays, the channel of the sum stays, and whoever runs the network computes all of them.
/// </summary>
internal static class FilterTies
{
    /// <summary>The sets of a network's filters; those of tied layers are in none, as they follow.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="map">How channels flow between them.</param>
    /// <param name="canPrune">For each layer whether settings let its filters go.</param>
    /// <param name="groupSize">Filters of a layer that stay or go together, in index order; the last ones may be fewer.</param>
    /// <param name="multiple">Of what each layer keeps a multiple, where it does not keep all.</param>
    public static IReadOnlyList<FilterSet> Of(IReadOnlyList<WeightedLayer> layers, ChannelMap map, IReadOnlyList<bool> canPrune, int groupSize, int multiple)
    {
        var filters = new DisjointSets();
        var (first, all) = (new int[layers.Count], new List<FilterIndex>());
        foreach (var (i, layer) in layers.Index().Where(pair => !pair.Item.IsTied))
        {
            first[i] = filters.Count;
            for (var filter = 0; filter < layer.Shape.Filters; filter++)
            {
                all.Add(new FilterIndex(i, filter));
                filters.Unite(filters.Count - (filter % groupSize), filters.Add());
            }
        }

        foreach (var sources in map.Layers.Concat(map.Norms).SelectMany(consumer => consumer.Channels).OfType<IReadOnlyList<FilterIndex>>())
        {
            foreach (var source in sources)
            {
                filters.Unite(At(sources[0]), At(source));
            }
        }

        // Layers with a unit in common are decided together.
        var units = all.GroupBy(filter => filters.Root(At(filter))).Select(unit => unit.ToArray()).ToArray();
        var sets = new DisjointSets();
        for (var i = 0; i < layers.Count; i++)
        {
            _ = sets.Add();
        }

        foreach (var unit in units)
        {
            Array.ForEach(unit, filter => sets.Unite(unit[0].Layer, filter.Layer));
        }

        return [.. units.GroupBy(unit => sets.Root(unit[0].Layer)).Select(set => new FilterSet([.. set.Select(Unit)], multiple))];

        int At(FilterIndex filter) => first[filter.Layer] + filter.Filter;

        FilterUnit Unit(FilterIndex[] unit) => new(
            [.. unit.GroupBy(filter => filter.Layer).Select(part => new FilterPart(part.Key, [.. part.Select(filter => filter.Filter)]))],
            unit.Any(filter => !canPrune[filter.Layer] || map.Stays[filter.Layer]?[filter.Filter] == true));
    }
}
