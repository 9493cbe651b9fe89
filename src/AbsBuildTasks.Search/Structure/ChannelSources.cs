namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Which filters of earlier layers feed each input channel of one layer: a channel is identically zero once all of
/// them are pruned.
/// </summary>
/// <param name="channels">
/// For each input channel the filters that feed it, or null where pruning does not change it: then it is live, also where it
/// was zero so far, as other inputs of the network may light it.
/// </param>
internal sealed class ChannelSources(IReadOnlyList<IReadOnlyList<FilterIndex>?> channels)
{
    // A step of a search asks for each channel several times.
    private readonly FilterIndex[]?[] _sources = [.. channels.Select(sources => sources?.ToArray())];

    /// <summary>For each input channel the filters that feed it, or null where pruning does not change it.</summary>
    public IReadOnlyList<IReadOnlyList<FilterIndex>?> Channels => channels;

    /// <summary>Whether pruning can make any channel zero.</summary>
    public bool CanChange { get; } = channels.Any(sources => sources is not null);

    /// <summary>Channels that are live whatever is pruned.</summary>
    public static ChannelSources AllLive(int channels) => new(new IReadOnlyList<FilterIndex>?[channels]);

    /// <summary>Whether each channel is live: not identically zero.</summary>
    /// <param name="kept">For each layer and filter whether it stays.</param>
    public bool[] IsLive(IReadOnlyList<IReadOnlyList<bool>> kept)
    {
        var live = new bool[_sources.Length];
        for (var channel = 0; channel < live.Length; channel++)
        {
            live[channel] = _sources[channel] is not { } sources || IsAnyKept(sources, kept);
        }

        return live;
    }

    /// <summary>
    /// Passes gradients of live channels on to the gates that decide them. All filters that feed a channel have one gate, so
    /// the first of them takes the gradient up.
    /// </summary>
    /// <param name="channelGradients">∂L/∂(channel is live) for each channel.</param>
    /// <param name="filterGradients">For each layer ∂L/∂g of its filters; added to.</param>
    public void AddGateGradients(double[] channelGradients, IReadOnlyList<double[]> filterGradients)
    {
        for (var channel = 0; channel < _sources.Length; channel++)
        {
            if (_sources[channel] is [var source, ..])
            {
                filterGradients[source.Layer][source.Filter] += channelGradients[channel];
            }
        }
    }

    private static bool IsAnyKept(FilterIndex[] sources, IReadOnlyList<IReadOnlyList<bool>> kept)
    {
        foreach (var source in sources)
        {
            if (kept[source.Layer][source.Filter])
            {
                return true;
            }
        }

        return false;
    }
}
