namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Finds which layers change which channels, and outputs of the network, in few runs: layers are spelled in binary, a digit a
/// run and its complement another.
/// </summary>
/// <remarks>
/// A layer that is on in a run which a channel does not show is not one of the channel's. Where that leaves one layer, it is
/// the one. Where it leaves several, as in sums of many layers, it takes a guess: layers that are guessed of the same channels
/// are spelled as one, and a guess stands where no other layer is left that had run by then. Layers of channels without such
/// a guess run alone.
/// </remarks>
/// <param name="layers">The layers.</param>
/// <param name="channels">All channels; each is told of the layers that change it.</param>
/// <param name="consumers">How many of the consumers are weighted layers.</param>
/// <param name="look">Runs with the layers that are on.</param>
/// <param name="guess">For each of some groups of a consumer's channels what they seem to depend on; null where that cannot be told.</param>
internal sealed class LayerSpelling(
    IReadOnlyList<int> layers,
    TracedChannels channels,
    int consumers,
    Func<Predicate<int>, TraceSight> look,
    Func<IReadOnlyList<ChannelGroup>, IReadOnlyList<LayerGuess>?> guess)
{
    private readonly ChannelGroup[] _all = [.. channels.ByConsumer.SelectMany((some, consumer) => some.Select((_, channel) => new ChannelGroup(consumer, [channel]))), ChannelGroup.Outputs];
    private readonly List<(IReadOnlyCollection<int> On, bool[] Seen)> _runs = [];
    private readonly Dictionary<string, HashSet<int>> _left = [];
    private readonly HashSet<int> _outputs = [];

    /// <summary>Tells each channel of the layers that change it.</summary>
    /// <returns>The layers that change outputs of the network.</returns>
    public IReadOnlySet<int> Find()
    {
        var digits = DigitsOf(layers.Count);
        foreach (var layer in layers.Count > 2 * digits ? Spell(digits) : layers)
        {
            var seen = See(on => on == layer);
            for (var i = 0; i < seen.Length; i++)
            {
                if (seen[i])
                {
                    Note(i, layer);
                }
            }
        }

        return _outputs;
    }

    /// <summary>Notes what can be told of all layers at once.</summary>
    /// <returns>The layers that may change what is left.</returns>
    private int[] Spell(int digits)
    {
        // Numbers start at 1, so that each layer's has a one among its digits.
        Run(digits, layers.Index().ToDictionary(layer => layer.Item, layer => layer.Index + 1));
        var undecided = new List<int>();
        foreach (var i in Enumerable.Range(0, _all.Length).Where(i => _runs.Exists(run => run.Seen[i])))
        {
            if (Left(i) is { Count: 1 } left)
            {
                Note(i, left.Single());
            }
            else
            {
                undecided.Add(i);
            }
        }

        // A layer that alone feeds another, as the first of a residual block, feeds nothing else as a rule.
        var alone = channels.ByConsumer.Take(consumers)
            .Where(some => some.Length > 0 && some.All(channel => channel.Filters.Count == 1))
            .Select(some => some.Select(channel => channel.Filters.Keys.First()).Distinct().ToArray())
            .Where(some => some.Length == 1)
            .Select(some => some[0])
            .ToHashSet();
        int[] likely = [.. Open(undecided).Where(alone.Contains)];
        if (likely.Length > 1)
        {
            Run(likely);
        }

        return [.. Open(Settle(undecided))];
    }

    /// <summary>Notes guesses that hold.</summary>
    /// <returns>The channels without one.</returns>
    private List<int> Settle(List<int> undecided)
    {
        // What has shown in the same runs is of a kind.
        int[][] groups = [.. undecided.GroupBy(i => (_all[i].Consumer, Pattern(i))).Select(group => group.ToArray())];
        if (groups.Length == 0 || guess([.. groups.Select(group => new ChannelGroup(_all[group[0]].Consumer, [.. group.SelectMany(i => _all[i].Channels)]))]) is not { } guesses)
        {
            return undecided;
        }

        var sums = SumsOf(guesses);
        if (sums.Count > 0)
        {
            Run(DigitsOf(sums.Values.Max()), layers.ToDictionary(layer => layer, layer => sums.GetValueOrDefault(layer)));
        }

        var open = new List<int>();
        foreach (var (group, (found, earlier)) in groups.Zip(guesses))
        {
            foreach (var i in group)
            {
                var left = Left(i);
                if (found.Count == 0 || !found.IsSubsetOf(left) || left.Any(layer => earlier.Contains(layer) && !found.Contains(layer)))
                {
                    open.Add(i);
                    continue;
                }

                foreach (var layer in found)
                {
                    Note(i, layer);
                }

                if (_all[i].Consumer is { } consumer)
                {
                    channels.ByConsumer[consumer][_all[i].Channels[0]].IsGuessed = true;
                }
            }
        }

        return open;
    }

    /// <summary>Numbers from 1 for layers that are guessed of the same channels, the same for all that hang together.</summary>
    private Dictionary<int, int> SumsOf(IReadOnlyList<LayerGuess> guesses)
    {
        var sets = new DisjointSets();
        var places = layers.ToDictionary(layer => layer, _ => sets.Add());

        foreach (var found in guesses.Select(one => one.Likely).Where(found => found.Count > 0))
        {
            foreach (var layer in found)
            {
                sets.Unite(places[found.First()], places[layer]);
            }
        }

        return layers.GroupBy(layer => sets.Root(places[layer])).Where(sum => sum.Count() > 1)
            .SelectMany((sum, number) => sum.Select(layer => (layer, number + 1)))
            .ToDictionary();
    }

    private void Run(int digits, Dictionary<int, int> numbers)
    {
        for (var digit = 0; digit < 2 * digits; digit++)
        {
            Run([.. layers.Where(layer => ((numbers[layer] >> (digit / 2)) & 1) == digit % 2)]);
        }
    }

    private void Run(int[] on)
    {
        var set = on.ToHashSet();
        _runs.Add((set, See(set.Contains)));
    }

    /// <summary>In which runs a channel has shown.</summary>
    private string Pattern(int index) => string.Create(_runs.Count, index, (pattern, i) =>
    {
        for (var run = 0; run < pattern.Length; run++)
        {
            pattern[run] = _runs[run].Seen[i] ? '1' : '0';
        }
    });

    /// <summary>The layers that may change a channel, as far as runs tell; the same set for channels that have shown alike.</summary>
    private HashSet<int> Left(int index)
    {
        if (!_left.TryGetValue(Pattern(index), out var left))
        {
            left = [.. layers];
            _runs.FindAll(run => !run.Seen[index]).ForEach(run => left.ExceptWith(run.On));
            _left[Pattern(index)] = left;
        }

        return left;
    }

    private SortedSet<int> Open(List<int> undecided)
    {
        var open = new SortedSet<int>();
        foreach (var left in undecided.Select(Left).Distinct())
        {
            open.UnionWith(left.Count == 0 ? layers : left);
        }

        return open;
    }

    /// <summary>What shows that layers are on: each channel, and last the outputs.</summary>
    private bool[] See(Predicate<int> isOn)
    {
        var sight = look(isOn);
        return [.. sight.Touched.SelectMany(flags => flags), sight.ReachesOutput];
    }

    private void Note(int index, int layer)
    {
        if (_all[index].Consumer is { } consumer)
        {
            channels.ByConsumer[consumer][_all[index].Channels[0]].Filters[layer] = null;
        }
        else
        {
            _ = _outputs.Add(layer);
        }
    }

    private static int DigitsOf(int most) => 32 - int.LeadingZeroCount(most);
}
