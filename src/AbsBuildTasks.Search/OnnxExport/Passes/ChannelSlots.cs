using AbsBuildTasks.Search.Structure;

namespace AbsBuildTasks.Search.OnnxExport.Passes;

/// <summary>
/// The places of channels in a graph. Channels that must stay or go together share one: those of both sides of a sum, for
/// example. A place goes when nothing in the graph holds it, and all that fills it fills it with zeros.
/// </summary>
internal sealed class ChannelSlots
{
    private readonly DisjointSets _sets = new();
    private readonly HashSet<int> _held = [];

    /// <summary>New places, one for each channel.</summary>
    /// <param name="stays">For each channel, whether it must stay.</param>
    public int[] Make(IEnumerable<bool> stays)
    {
        List<int> made = [];
        foreach (var stay in stays)
        {
            made.Add(_sets.Add());
            if (stay)
            {
                _ = _held.Add(made[^1]);
            }
        }

        return [.. made];
    }

    /// <summary>Says that channels share their places.</summary>
    public void Unite(int[] left, int[] right)
    {
        foreach (var (one, other) in left.Zip(right))
        {
            var stays = Stays(one) || Stays(other);
            _sets.Unite(one, other);
            if (stays)
            {
                Hold([one]);
            }
        }
    }

    /// <summary>Says that channels must stay.</summary>
    public void Hold(IEnumerable<int> slots)
    {
        foreach (var slot in slots)
        {
            _ = _held.Add(_sets.Root(slot));
        }
    }

    /// <summary>Whether two channels are in the same places.</summary>
    public bool AreSame(int[] left, int[] right) => left.Zip(right).All(pair => _sets.Root(pair.First) == _sets.Root(pair.Second));

    /// <summary>Whether a channel stays.</summary>
    public bool StaysAny(int[] slots) => Array.Exists(slots, Stays);

    /// <summary>The positions of those channels that stay.</summary>
    public int[] Kept(int[] slots) => [.. Enumerable.Range(0, slots.Length).Where(i => Stays(slots[i]))];

    private bool Stays(int slot) => _held.Contains(_sets.Root(slot));
}
