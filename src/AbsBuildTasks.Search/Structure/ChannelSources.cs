using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Which filters of earlier layers feed each input channel of one layer: a channel is identically zero once all of
/// them are pruned.
/// </summary>
internal sealed class ChannelSources : IDisposable
{
    private readonly IReadOnlyList<bool> _live;
    private readonly Tensor _constant;
    private readonly Tensor _order;
    private readonly IReadOnlyList<Group> _groups;

    /// <summary>Groups channels by the set of layers that feed them.</summary>
    /// <param name="channels">For each input channel the filters that feed it, or null where it never changes.</param>
    /// <param name="live">For each channel without sources whether it is live.</param>
    /// <param name="device">Where gates are.</param>
    public ChannelSources(IReadOnlyList<IReadOnlyList<FilterIndex>?> channels, IReadOnlyList<bool> live, Device device)
    {
        Channels = channels;
        _live = live;
        var constants = Indices(i => channels[i] is null);
        var groups = Indices(i => channels[i] is not null)
            .GroupBy(i => string.Join(",", channels[i]!.Select(source => source.Layer)), StringComparer.Ordinal)
            .Select(group => group.ToArray())
            .ToArray();

        var order = new long[channels.Count];
        var next = 0;
        foreach (var channel in constants.Concat(groups.SelectMany(group => group)))
        {
            order[channel] = next++;
        }

        using var scope = NewDisposeScope();
        _constant = tensor(constants.Select(i => live[i] ? 1f : 0f).ToArray(), device: device).DetachFromDisposeScope();
        _order = tensor(order, device: device).DetachFromDisposeScope();
        _groups = [.. groups.Select(group => new Group(
            [.. channels[group[0]]!.Select(source => source.Layer)],
            [.. Enumerable.Range(0, channels[group[0]]!.Count)
                .Select(k => tensor(group.Select(i => (long)channels[i]![k].Filter).ToArray(), device: device).DetachFromDisposeScope())]))];

        int[] Indices(Func<int, bool> chosen) => [.. Enumerable.Range(0, channels.Count).Where(chosen)];
    }

    /// <summary>For each input channel the filters that feed it, or null where pruning does not change it.</summary>
    public IReadOnlyList<IReadOnlyList<FilterIndex>?> Channels { get; }

    /// <summary>Whether pruning can make any channel zero.</summary>
    public bool CanChange => _groups.Count > 0;

    /// <summary>Whether each channel is live under fixed decisions.</summary>
    /// <param name="kept">For each layer and filter whether it stays.</param>
    public bool[] IsLive(IReadOnlyList<IReadOnlyList<bool>> kept) =>
        [.. Channels.Select((sources, channel) => sources?.Any(source => kept[source.Layer][source.Filter]) ?? _live[channel])];

    /// <summary>1 for each live channel and 0 for each that is identically zero: 1 − Π(1 − g) over its sources.</summary>
    /// <param name="filterGates">For each layer its filters' gates, <c>[filters]</c> of zeros and ones.</param>
    /// <returns><c>[channels]</c>, with gradients to the gates.</returns>
    public Tensor Live(IReadOnlyList<Tensor> filterGates)
    {
        var pieces = new List<Tensor> { _constant };
        foreach (var group in _groups)
        {
            var live = filterGates[group.Layers[0]].index_select(0, group.Filters[0]);
            for (var k = 1; k < group.Layers.Count; k++)
            {
                var other = filterGates[group.Layers[k]].index_select(0, group.Filters[k]);
                live = live.add(other).sub(live.mul(other));
            }

            pieces.Add(live);
        }

        return cat(pieces).index_select(0, _order);
    }

    /// <summary>Frees the index tensors.</summary>
    public void Dispose()
    {
        _constant.Dispose();
        _order.Dispose();
        foreach (var filters in _groups.SelectMany(group => group.Filters))
        {
            filters.Dispose();
        }
    }

    /// <param name="Layers">The layers that feed each channel of the group.</param>
    /// <param name="Filters">For each of those layers the filter that feeds each channel, <c>[group size]</c>.</param>
    private sealed record Group(IReadOnlyList<int> Layers, IReadOnlyList<Tensor> Filters);
}
