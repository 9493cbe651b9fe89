namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Finds filters that stay or go together: those that are added to each other, as behind the shortcut of a residual block,
/// those in the same place of a convolution's groups, and the rows of a hidden unit or an attention head. While one of them
/// stays, whoever runs the network computes all.
/// </summary>
internal sealed class FilterTies
{
    private readonly IReadOnlyList<WeightedLayer> _layers;
    private readonly ChannelMap _map;
    private readonly InnerFlow _inner;
    private readonly DisjointSets _sets = new();
    private readonly List<FilterIndex> _filters = [];
    private readonly int[] _first;
    private readonly HashSet<FilterIndex> _staying = [];

    private FilterTies(IReadOnlyList<WeightedLayer> layers, ChannelMap map)
    {
        (_layers, _map, _inner, _first) = (layers, map, new InnerFlow(layers), new int[layers.Count]);
        foreach (var (i, layer) in layers.Index())
        {
            _first[i] = _filters.Count;
            for (var filter = 0; filter < layer.Shape.Filters; filter++)
            {
                _filters.Add(new FilterIndex(i, filter));
                _ = _sets.Add();
            }
        }
    }

    /// <summary>The sets of a network's filters; those of tied layers are in none, as they follow.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="map">How channels flow between them.</param>
    /// <param name="canPrune">For each layer whether its filters may go.</param>
    /// <param name="groupSize">Filters of a layer that stay or go together, in index order; the last ones may be fewer. Of weights with several matrices, those of one count.</param>
    /// <param name="multiple">Of what each layer keeps a multiple, where it does not keep all, counted likewise.</param>
    public static IReadOnlyList<FilterSet> Of(IReadOnlyList<WeightedLayer> layers, ChannelMap map, IReadOnlyList<bool> canPrune, int groupSize, int multiple)
    {
        var ties = new FilterTies(layers, map);
        ties.UniteNeighbours(groupSize);
        ties.UniteSums();
        ties.UniteGroups();
        return ties.Sets(canPrune, multiple);
    }

    private void UniteNeighbours(int groupSize)
    {
        // Inside a module, all rows of a unit go together, and its neighbours are other units. The first row of a head tells where its channels begin.
        foreach (var group in _filters.Select(filter => (Filter: filter, Unit: _inner.UnitOf(filter))).GroupBy(row => (row.Unit.Layer, row.Unit.Filter / groupSize), row => row.Filter))
        {
            foreach (var filter in group)
            {
                Unite(group.First(), filter);
            }
        }
    }

    private void UniteSums()
    {
        foreach (var sources in _map.Layers.Concat(_map.Norms).SelectMany(consumer => consumer.Channels).OfType<IReadOnlyList<FilterIndex>>())
        {
            foreach (var source in sources)
            {
                Unite(sources[0], source);
            }
        }
    }

    /// <summary>
    /// A grouped convolution keeps the same of each group: others are none that a runtime knows. A depthwise one that is called
    /// again keeps each filter with its input.
    /// </summary>
    private void UniteGroups()
    {
        foreach (var (i, layer) in _layers.Index().Where(pair => pair.Item is { IsTied: false, Shape.Groups: > 1 }))
        {
            var (shape, inputs) = (layer.Shape, _map.Layers[i].Channels);
            var (filters, channels) = (shape.Filters / shape.Groups, shape.InputChannels / shape.Groups);
            if (channels == 1)
            {
                for (var filter = 0; filter < shape.Filters; filter++)
                {
                    UniteAll([[new FilterIndex(i, filter)], inputs[layer.InputOf(filter)]]);
                }

                continue;
            }

            foreach (var filter in Enumerable.Range(0, shape.Filters))
            {
                Unite(new FilterIndex(i, filter), new FilterIndex(i, filter % filters));
            }

            for (var channel = 0; channel < channels; channel++)
            {
                UniteAll([.. Enumerable.Range(0, shape.Groups).Select(group => inputs[(group * channels) + channel])]);
            }
        }
    }

    /// <summary>Unites what feeds some channels; where one of them always lives, all stay.</summary>
    private void UniteAll(IReadOnlyList<FilterIndex>?[] channels)
    {
        FilterIndex[] sources = [.. channels.SelectMany(channel => channel ?? [])];
        Array.ForEach(sources, source => Unite(sources[0], source));
        if (Array.Exists(channels, channel => channel is null))
        {
            _staying.UnionWith(sources);
        }
    }

    private IReadOnlyList<FilterSet> Sets(IReadOnlyList<bool> canPrune, int multiple)
    {
        // Layers with a unit in common are decided together.
        var units = _filters.Where(filter => !_layers[filter.Layer].IsTied).GroupBy(filter => _sets.Root(At(filter))).Select(unit => unit.ToArray()).ToArray();
        var sets = new DisjointSets();
        Array.ForEach([.. _layers], _ => sets.Add());
        foreach (var unit in units)
        {
            Array.ForEach(unit, filter => sets.Unite(unit[0].Layer, filter.Layer));
        }

        return [.. units.GroupBy(unit => sets.Root(unit[0].Layer)).Select(set => new FilterSet([.. set.Select(Unit)], multiple, layer => _layers[layer].Matrices))];

        FilterUnit Unit(FilterIndex[] unit) => new(
            [.. unit.GroupBy(filter => filter.Layer).Select(part => new FilterPart(part.Key, [.. part.Select(filter => filter.Filter)]))],
            Array.Exists(unit, filter => !canPrune[filter.Layer] || (_inner.UnitOf(filter) == filter && _map.Stays[filter.Layer]?[filter.Filter] == true) || _staying.Contains(filter)));
    }

    private void Unite(FilterIndex one, FilterIndex other) => _sets.Unite(At(one), At(other));

    private int At(FilterIndex filter) => _first[filter.Layer] + filter.Filter;
}
