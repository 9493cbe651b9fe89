namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Filters that are decided as one: those of a layer, or of several layers whose results are added. It is a choice of
/// units, of which each layer keeps a least share, and a number of filters that runtimes like.
/// </summary>
internal sealed class FilterSet
{
    // A layer pruned to a sliver ends the flow of information through the network and does not come back.
    private const double LeastShare = 0.125;

    private readonly Member[] _layers;
    private readonly (int Unit, int Layer, int[] Filters)[] _parts;

    /// <summary>Creates a set.</summary>
    /// <param name="units">Its units: all filters of all its layers.</param>
    /// <param name="multiple">Of what a layer keeps a multiple, where it does not keep all; 1 for any number.</param>
    /// <param name="matrices">For a layer how many matrices its weight holds, of which a multiple counts one; null for one each.</param>
    public FilterSet(IReadOnlyList<FilterUnit> units, int multiple, Func<int, int>? matrices = null)
    {
        (Units, Multiple) = (units, multiple);
        Layers = [.. units.SelectMany(unit => unit.Parts).Select(part => part.Layer).Distinct().Order()];
        _layers =
        [
            .. Layers.Select(layer =>
            {
                var parts = units.SelectMany((unit, u) => unit.Parts.Where(part => part.Layer == layer).Select(part => (u, part.Filters.Count))).ToArray();
                var free = parts.Count(part => !units[part.u].Stays);
                return new Member(parts.Sum(part => part.Count), matrices?.Invoke(layer) ?? 1, parts, Math.Max(1, parts.Length - free + (int)Math.Ceiling(free * LeastShare)));
            }),
        ];
        var places = Layers.Index().ToDictionary(layer => layer.Item, layer => layer.Index);
        _parts = [.. units.Index().SelectMany(unit => unit.Item.Parts.Select(part => (unit.Index, places[part.Layer], part.Filters.ToArray())))];
        CanPrune = units.Any(unit => !unit.Stays);
        Fewest = CanPrune ? Raised([.. units.Select(unit => unit.Stays)], Enumerable.Range(0, units.Count)) : [.. units.Select(_ => true)];
    }

    /// <summary>The units, ordered by their first filters.</summary>
    public IReadOnlyList<FilterUnit> Units { get; }

    /// <summary>Of what a layer keeps a multiple, where it does not keep all.</summary>
    public int Multiple { get; }

    /// <summary>The layers, in call order.</summary>
    public IReadOnlyList<int> Layers { get; }

    /// <summary>Whether any filter may go.</summary>
    public bool CanPrune { get; }

    /// <summary>For each unit whether it stays where as few do as may: the first ones.</summary>
    public IReadOnlyList<bool> Fewest { get; }

    /// <summary>For each layer its units, and how many of them always stay.</summary>
    public IEnumerable<(IEnumerable<int> Units, int Least)> LeastUnits => _layers.Select(layer => (layer.Parts.Select(part => part.Unit), layer.Least));

    /// <summary>The filters of each layer in each unit, unit by unit: the unit, the layer's place among the set's, and its filters.</summary>
    /// <remarks>A step of a search goes through all of them.</remarks>
    public ReadOnlySpan<(int Unit, int Layer, int[] Filters)> Parts => _parts;

    /// <summary>For each unit whether its filters stay.</summary>
    /// <param name="kept">For each layer of the network and filter whether it stays; the same for all filters of a unit.</param>
    public bool[] Kept(IReadOnlyList<IReadOnlyList<bool>> kept) => [.. Units.Select(unit => kept[unit.Parts[0].Layer][unit.Parts[0].Filters[0]])];

    /// <summary>For each layer of the set and filter whether it stays.</summary>
    /// <param name="units">For each unit whether it stays.</param>
    public IReadOnlyDictionary<int, bool[]> ByLayer(IReadOnlyList<bool> units)
    {
        bool[][] kept = [.. _layers.Select(layer => new bool[layer.Filters])];
        foreach (var (unit, layer, filters) in _parts)
        {
            var stays = units[unit];
            foreach (var filter in filters)
            {
                kept[layer][filter] = stays;
            }
        }

        return Layers.Zip(kept).ToDictionary(layer => layer.First, layer => layer.Second);
    }

    /// <summary>Whether each layer keeps as many units as it must.</summary>
    public bool HasLeast(IReadOnlyList<bool> units) => Array.TrueForAll(_layers, layer => layer.HasLeast(units));

    /// <summary>Whether each layer keeps a multiple of filters, or all.</summary>
    public bool IsMultiple(IReadOnlyList<bool> units) => Array.TrueForAll(_layers, layer => IsMultiple(layer, units));

    /// <summary>The layers of the set that keep another number of filters, with how many matrices of filters each has.</summary>
    /// <param name="units">For each unit whether it stays.</param>
    public IEnumerable<(int Layer, int Matrices)> WithoutMultiple(IReadOnlyList<bool> units) =>
        Layers.Zip(_layers).Where(layer => !IsMultiple(layer.Second, units)).Select(layer => (layer.First, layer.Second.Matrices));

    /// <summary>The choice with as many more units as each layer needs for its least number and its multiple.</summary>
    /// <param name="units">For each unit whether it stays.</param>
    /// <param name="order">All units, first those to add first.</param>
    public bool[] Raised(bool[] units, IEnumerable<int> order)
    {
        if (HasLeast(units) && IsMultiple(units))
        {
            return units;
        }

        var (raised, rest) = (units.ToArray(), order.Where(unit => !units[unit]).ToList());
        while (Array.Find(_layers, layer => !layer.HasLeast(raised) || !IsMultiple(layer, raised)) is { } lacking)
        {
            // All of a layer's filters are enough, so one is left.
            var next = rest.First(unit => lacking.Parts.Any(part => part.Unit == unit));
            raised[next] = true;
            _ = rest.Remove(next);
        }

        return raised;
    }

    private bool IsMultiple(Member layer, IReadOnlyList<bool> units) =>
        Multiple == 1 || (layer.Parts.Sum(part => units[part.Unit] ? part.Filters : 0) is var kept && (kept == layer.Filters || kept / layer.Matrices % Multiple == 0));

    /// <summary>A layer of the set.</summary>
    /// <param name="Filters">How many filters it has.</param>
    /// <param name="Matrices">How many matrices they are in, each of which loses the same.</param>
    /// <param name="Parts">Its units, with how many of its filters each has.</param>
    /// <param name="Least">How many units it keeps at least.</param>
    private sealed record Member(int Filters, int Matrices, (int Unit, int Filters)[] Parts, int Least)
    {
        /// <summary>Whether it keeps as many units as it must.</summary>
        public bool HasLeast(IReadOnlyList<bool> units) => Parts.Count(part => units[part.Unit]) >= Least;
    }
}
