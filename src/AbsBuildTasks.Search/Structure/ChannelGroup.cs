namespace AbsBuildTasks.Search.Structure;

/// <summary>Channels of one consumer.</summary>
/// <param name="Consumer">Which one; null for the network's outputs.</param>
/// <param name="Channels">Its channels.</param>
internal sealed record ChannelGroup(int? Consumer, IReadOnlyList<int> Channels)
{
    /// <summary>All that the network gives.</summary>
    public static ChannelGroup Outputs { get; } = new(null, []);
}
