namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Finds which layers change which channels, and outputs of the network, in few runs: layers are spelled in binary, a digit a
/// run and its complement another.
/// </summary>
/// <remarks>
/// A layer that is on in a run which a channel does not show is not one of the channel's. Where that leaves one layer, it is
/// the one. Where it leaves several, as in sums of many layers, these run alone.
/// </remarks>
/// <param name="layers">The layers.</param>
/// <param name="channels">All channels; each is told of the layers that change it.</param>
/// <param name="consumers">How many of the consumers are weighted layers.</param>
/// <param name="look">Runs with the layers that are on.</param>
internal sealed class LayerSpelling(IReadOnlyList<int> layers, TracedChannels channels, int consumers, Func<Predicate<int>, TraceSight> look)
{
    private readonly TracedChannel[] _all = [.. channels.All];

    /// <summary>Tells each channel of the layers that change it.</summary>
    /// <returns>The layers that change outputs of the network.</returns>
    public IReadOnlySet<int> Find()
    {
        var outputs = new HashSet<int>();
        var digits = 32 - int.LeadingZeroCount(layers.Count);
        IEnumerable<int> open = layers;
        if (layers.Count > 2 * digits)
        {
            open = Spell(digits, outputs);
        }

        foreach (var layer in open)
        {
            var seen = See(on => on == layer);
            for (var i = 0; i < seen.Length; i++)
            {
                if (seen[i])
                {
                    Note(i, layer, outputs);
                }
            }
        }

        return outputs;
    }

    /// <summary>Notes what the spelling alone decides.</summary>
    /// <returns>The layers that may change what it does not decide.</returns>
    private int[] Spell(int digits, HashSet<int> outputs)
    {
        // Numbers start at 1, so that each layer's has a one among its digits.
        var runs = new List<(int[] On, bool[] Seen)>();
        for (var digit = 0; digit < 2 * digits; digit++)
        {
            int[] on = [.. layers.Where((_, i) => (((i + 1) >> (digit / 2)) & 1) == digit % 2)];
            runs.Add((on, See(Array.AsReadOnly(on).Contains)));
        }

        var (undecided, open) = (new List<int>(), new SortedSet<int>());
        for (var i = 0; i <= _all.Length; i++)
        {
            if (!runs.Exists(run => run.Seen[i]))
            {
                continue;
            }

            var left = layers.ToHashSet();
            runs.FindAll(run => !run.Seen[i]).ForEach(run => left.ExceptWith(run.On));
            if (left.Count == 1)
            {
                Note(i, left.Single(), outputs);
            }
            else
            {
                undecided.Add(i);
                open.UnionWith(left.Count == 0 ? layers : left);
            }
        }

        // A layer that alone feeds another, as the first of a residual block, feeds nothing else as a rule.
        int[] likely = [.. open.Where(FeedsOneAlone)];
        if (likely.Length > 1)
        {
            var seen = See(Array.AsReadOnly(likely).Contains);
            if (!undecided.Exists(i => seen[i]))
            {
                open.ExceptWith(likely);
            }
        }

        return [.. open];
    }

    private bool FeedsOneAlone(int layer) =>
        channels.ByConsumer.Take(consumers).Any(some => some.Length > 0 && some.All(channel => channel.Filters.Count == 1 && channel.Filters.ContainsKey(layer)));

    /// <summary>What shows that layers are on: each channel, and last the outputs.</summary>
    private bool[] See(Predicate<int> isOn)
    {
        var sight = look(isOn);
        return [.. sight.Touched.SelectMany(flags => flags), sight.ReachesOutput];
    }

    private void Note(int index, int layer, HashSet<int> outputs)
    {
        if (index == _all.Length)
        {
            _ = outputs.Add(layer);
        }
        else
        {
            _all[index].Filters[layer] = null;
        }
    }
}
