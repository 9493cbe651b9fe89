namespace AbsBuildTasks.Search.Structure;

/// <summary>What a trace knows of all input channels.</summary>
/// <param name="counts">How many channels each consumer has: the weighted layers, then the normalisations.</param>
internal sealed class TracedChannels(IEnumerable<int> counts)
{
    /// <summary>The channels of each consumer.</summary>
    public IReadOnlyList<TracedChannel[]> ByConsumer { get; } = [.. counts.Select(count => Enumerable.Range(0, count).Select(_ => new TracedChannel()).ToArray())];

    /// <summary>All of them.</summary>
    public IEnumerable<TracedChannel> All => ByConsumer.SelectMany(channels => channels);

    /// <summary>Those that flags name.</summary>
    /// <param name="flags">For each consumer and channel whether it is one of them.</param>
    public IEnumerable<TracedChannel> Where(bool[][] flags) =>
        ByConsumer.Zip(flags).SelectMany(consumer => consumer.First.Where((_, c) => consumer.Second[c]));
}
