namespace AbsBuildTasks.Search.OnnxExport.Passes;

/// <summary>
/// The places of channels in a graph. Channels that must stay or go together share one: those of both sides of a sum, for
/// example. A place goes when nothing in the graph holds it, and all that fills it fills it with zeros.
/// </summary>
internal sealed class ChannelSlots
{
    private readonly List<int> _parents = [];
    private readonly List<bool> _stays = [];

    /// <summary>New places, one for each channel.</summary>
    /// <param name="stays">For each channel, whether it must stay.</param>
    public int[] Make(IEnumerable<bool> stays)
    {
        var first = _parents.Count;
        foreach (var stay in stays)
        {
            _parents.Add(_parents.Count);
            _stays.Add(stay);
        }

        return [.. Enumerable.Range(first, _parents.Count - first)];
    }

    /// <summary>Says that channels share their places.</summary>
    public void Unite(int[] left, int[] right)
    {
        foreach (var (one, other) in left.Zip(right))
        {
            var (a, b) = (Root(one), Root(other));
            _parents[b] = a;
            _stays[a] |= _stays[b];
        }
    }

    /// <summary>Says that channels must stay.</summary>
    public void Hold(IEnumerable<int> slots)
    {
        foreach (var slot in slots)
        {
            _stays[Root(slot)] = true;
        }
    }

    /// <summary>Whether a channel stays.</summary>
    public bool StaysAny(int[] slots) => Array.Exists(slots, slot => _stays[Root(slot)]);

    /// <summary>The positions of those channels that stay.</summary>
    public int[] Kept(int[] slots) => [.. Enumerable.Range(0, slots.Length).Where(i => _stays[Root(slots[i])])];

    private int Root(int slot)
    {
        while (_parents[slot] != slot)
        {
            slot = _parents[slot] = _parents[_parents[slot]];
        }

        return slot;
    }
}
