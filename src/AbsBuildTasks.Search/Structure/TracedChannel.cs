namespace AbsBuildTasks.Search.Structure;

/// <summary>What a trace knows of one input channel of one consumer.</summary>
internal sealed class TracedChannel
{
    /// <summary>For each layer that it depends on the one filter that it does, or that is its source; null where there are several.</summary>
    public SortedDictionary<int, int?> Filters { get; } = [];

    /// <summary>Layers that alone, while all others give zeros, make it another than zero.</summary>
    public SortedSet<int> Sources { get; } = [];

    /// <summary>Sources of which other filters act on it, too: as gates, or weights of attention.</summary>
    public SortedSet<int> OwnFactors { get; } = [];

    /// <summary>Whether the layers that it depends on are guessed: these and no others, but not each of them has been seen to change it.</summary>
    public bool IsGuessed { get; set; }

    /// <summary>Whether it is not what its sources say: not zero, or not only, where they are.</summary>
    public bool IsUnreadable { get; set; }

    /// <summary>Whether it is zero where its sources are pruned, and so dead.</summary>
    public bool CanDie => !IsUnreadable && Sources.Count > 0;

    /// <summary>Whether filters that are no sources change it: a factor, a gate, a weight of attention.</summary>
    public bool HasFactors => Filters.Count > Sources.Count || OwnFactors.Count > 0;

    /// <summary>Whether a layer's filters only make it zero or not.</summary>
    public bool IsFedBy(int layer) => CanDie && Sources.Contains(layer);
}
