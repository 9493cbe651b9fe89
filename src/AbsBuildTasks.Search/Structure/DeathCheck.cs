namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Makes sure of channels that count as dead: finds those that are not zero where their sources are pruned, whatever else the
/// network is given. What was found of sources is an assumption until then.
/// </summary>
/// <param name="probe">The layers.</param>
/// <param name="run">Runs the network.</param>
/// <param name="channels">What is known of channels; what is refuted becomes unreadable.</param>
/// <param name="stays">For each layer its filters that stay in any case, or null.</param>
/// <param name="first">The draw that sources were found with, beside the others.</param>
/// <param name="note">Told what each run has shown.</param>
internal sealed class DeathCheck(NetworkProbe probe, TraceRun run, TracedChannels channels, bool[]?[] stays, TraceDraw first, Action<TraceDraw, TraceSight> note)
{
    private const int ChanceChecks = 6;

    /// <summary>Runs all checks, again as long as they refute something.</summary>
    public void Run()
    {
        _ = KeepShifts();
        do
        {
            CheckSources();
            CheckByChance();
        }
        while (KeepShifts());
    }

    /// <summary>Lets normalisations and tied layers keep the shift of channels that cannot die, for the checks that follow.</summary>
    /// <returns>Whether there are new ones.</returns>
    private bool KeepShifts()
    {
        var areNew = false;
        foreach (var (consumer, some) in channels.ByConsumer.Index())
        {
            for (var c = 0; c < some.Length; c++)
            {
                areNew |= !some[c].CanDie && !run.Unmasked[consumer][c];
                run.Unmasked[consumer][c] = !some[c].CanDie;
            }
        }

        return areNew;
    }

    /// <summary>Takes all sources of some channels away, and lets every other layer give noise.</summary>
    private void CheckSources()
    {
        // Channels without factors depend on nothing but their sources: these can go at once.
        HashSet<int> all = [.. Enumerable.Range(0, probe.Layers.Count).Where(layer => !probe.Layers[layer].IsTied)];
        var some = SourcesBesideFactors();
        foreach (var draw in TraceDraw.Others.Append(first))
        {
            foreach (var off in some.Prepend(all))
            {
                Refute(draw, (layer, filter) => off.Contains(layer) && stays[layer]?[filter] != true, channel => channel.Sources.IsSubsetOf(off));
            }
        }
    }

    /// <summary>
    /// The sources of channels that have factors as well, which stay: those of several channels at once, where none of
    /// the channels depends on another's sources in any other way, as with the heads of one block after the other.
    /// </summary>
    private List<HashSet<int>> SourcesBesideFactors()
    {
        var (merged, ties) = (new List<HashSet<int>>(), new List<HashSet<int>>());
        foreach (var same in channels.All.Where(channel => channel is { CanDie: true, HasFactors: true }).GroupBy(channel => channel.Sources.ToHashSet(), HashSet<int>.CreateSetComparer()))
        {
            HashSet<int> sources = same.Key, others = [.. same.SelectMany(channel => channel.Filters.Keys).Except(sources)];
            var at = Enumerable.Range(0, merged.Count).FirstOrDefault(i => !merged[i].Overlaps(others) && !ties[i].Overlaps(sources), merged.Count);
            if (at == merged.Count)
            {
                merged.Add([]);
                ties.Add([]);
            }

            merged[at].UnionWith(sources);
            ties[at].UnionWith(others);
        }

        return merged;
    }

    /// <summary>Takes filters of all layers away by chance.</summary>
    private void CheckByChance()
    {
        var random = new Random(1);
        for (var check = 0; check < ChanceChecks; check++)
        {
            // Now every other, now most: a channel of many sources is dead where all of them are gone.
            var (draw, share) = (TraceDraw.Others[check % TraceDraw.Others.Count], check % 2 == 0 ? 0.5 : 0.9);
            var off = probe.Layers.Select(layer => Enumerable.Range(0, layer.Shape.Filters).Select(_ => random.NextDouble() < share).ToArray()).ToArray();
            Refute(draw, (layer, filter) => off[layer][filter], channel => channel.Sources.All(layer => off[layer][channel.Filters[layer]!.Value]));
        }
    }

    /// <summary>Runs without some filters, and refutes channels that should be dead then.</summary>
    private void Refute(TraceDraw draw, Func<int, int, bool> isOff, Func<TracedChannel, bool> isDead)
    {
        var sight = run.Alone(draw, layer => FilterFeeds.Of(probe.Layers[layer], filter => isOff(layer, filter) ? FilterFeed.Zero : FilterFeed.Noise));
        note(draw, sight);
        foreach (var channel in channels.Where(sight.Lit).Where(channel => channel.CanDie && isDead(channel)))
        {
            channel.IsUnreadable = true;
        }
    }
}
