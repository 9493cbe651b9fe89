namespace AbsBuildTasks.Search.OnnxExport.Passes;

/// <summary>Where the channels of a value lie, and which places of <see cref="ChannelSlots"/> they are.</summary>
/// <param name="Slots">The place of each channel.</param>
/// <param name="Axis">The dimension that counts them.</param>
/// <param name="Rank">How many dimensions the value has.</param>
/// <param name="IsZero">Whether the value is zero in a channel without filters, and not, for example, the sigmoid of that.</param>
internal sealed record ChannelPlaces(int[] Slots, int Axis, int Rank, bool IsZero = true)
{
    /// <summary>Whether another value's channels lie in the same dimension and are as many.</summary>
    public bool IsLike(ChannelPlaces other) => (Axis, Rank, Slots.Length) == (other.Axis, other.Rank, other.Slots.Length);
}
