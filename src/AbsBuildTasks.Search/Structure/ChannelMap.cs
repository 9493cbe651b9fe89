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
    IReadOnlyList<bool> BehindNorm)
{
    /// <summary>For each weighted layer its filters that stay though others may go: they act on those, as gates for example; null for none.</summary>
    public IReadOnlyList<IReadOnlyList<bool>?> Stays { get; init; } = [.. Prunable.Select(_ => (IReadOnlyList<bool>?)null)];

    /// <summary>Layers that keep all their filters though they reach no output, as what they give is mixed, or not zero without them.</summary>
    public IReadOnlyList<int> Mixed { get; init; } = [];

    /// <summary>Why nothing could be traced, so that all layers keep all their filters; or null.</summary>
    public string? Untraced { get; init; }

    /// <summary>A map in which everything is live.</summary>
    /// <param name="probe">The layers.</param>
    /// <param name="because">Why.</param>
    public static ChannelMap Whole(NetworkProbe probe, string because) => new(
        [.. probe.Layers.Select(layer => ChannelSources.AllLive(layer.Shape.InputChannels))],
        [.. probe.Norms.Select(norm => ChannelSources.AllLive(norm.Channels))],
        [.. probe.Layers.Select(_ => false)],
        [.. probe.Layers.Select(_ => false)]) { Untraced = because };

    /// <summary>The same, made right by channels that count as dead and are not.</summary>
    /// <param name="lit">Layer and input channel of each. The layers that feed them keep all their filters.</param>
    public ChannelMap Without(IReadOnlyCollection<(int Layer, int Channel)> lit)
    {
        var layers = Feeding(lit);
        return this with
        {
            Prunable = [.. Prunable.Select((can, layer) => can && !layers.Contains(layer))],
            BehindNorm = [.. BehindNorm.Select((behind, layer) => behind && !layers.Contains(layer))],
        };
    }

    /// <summary>The layers that feed channels.</summary>
    public IReadOnlySet<int> Feeding(IEnumerable<(int Layer, int Channel)> channels) =>
        channels.SelectMany(channel => Layers[channel.Layer].Channels[channel.Channel] ?? []).Select(source => source.Layer).ToHashSet();
}
