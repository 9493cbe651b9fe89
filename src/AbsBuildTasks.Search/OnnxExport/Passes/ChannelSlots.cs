using AbsBuildTasks.Search.Structure;

namespace AbsBuildTasks.Search.OnnxExport.Passes;

/// <summary>
/// The places of channels in a graph. Channels that must stay or go together share one: those of both sides of a sum, for
/// example. A place goes when nothing in the graph holds it, and all that fills it fills it with zeros.
/// </summary>
internal sealed class ChannelSlots
{
    private readonly DisjointSets _sets = new();
    private readonly List<State> _states = [];

    [Flags]
    private enum State
    {
        Goes = 0,
        Counted = 1,
        Wanted = 2,
        Held = 4,
    }

    /// <summary>New places, one for each channel.</summary>
    public int[] Make(int channels)
    {
        var first = _sets.Count;
        for (var i = 0; i < channels; i++)
        {
            _ = _sets.Add();
            _states.Add(State.Goes);
        }

        return [.. Enumerable.Range(first, channels)];
    }

    /// <summary>Says that channels share their places.</summary>
    public void Unite(int[] left, int[] right)
    {
        foreach (var (one, other) in left.Zip(right))
        {
            var state = StateOf(one) | StateOf(other);
            _sets.Unite(one, other);
            _states[_sets.Root(one)] = state;
        }
    }

    /// <summary>Says that channels must stay.</summary>
    public void Hold(IEnumerable<int> slots) => Add(slots, State.Held);

    /// <summary>Says that the plan counts channels, though they may be zero all the same.</summary>
    public void Count(IEnumerable<int> slots) => Add(slots, State.Counted);

    /// <summary>Says that channels are wanted: those that the plan counts stay then, the others can be put back.</summary>
    public void Want(IEnumerable<int> slots) => Add(slots, State.Wanted);

    /// <summary>Whether two channels are in the same places.</summary>
    public bool AreSame(int[] left, int[] right) => left.Zip(right).All(pair => _sets.Root(pair.First) == _sets.Root(pair.Second));

    /// <summary>Whether a channel stays.</summary>
    public bool StaysAny(int[] slots) => Array.Exists(slots, Stays);

    /// <summary>The positions of those channels that stay.</summary>
    public int[] Kept(int[] slots) => [.. Enumerable.Range(0, slots.Length).Where(i => Stays(slots[i]))];

    private void Add(IEnumerable<int> slots, State state)
    {
        foreach (var slot in slots)
        {
            _states[_sets.Root(slot)] |= state;
        }
    }

    private bool Stays(int slot) => StateOf(slot) is var state && (state.HasFlag(State.Held) || state.HasFlag(State.Wanted | State.Counted));

    private State StateOf(int slot) => _states[_sets.Root(slot)];
}
