namespace AbsBuildTasks.Search.Structure;

/// <summary>Finds the layers whose filters can be masked at the normalisation behind them.</summary>
/// <param name="probe">The layers and normalisations.</param>
/// <param name="channels">All channels, with the layers that change each.</param>
/// <param name="look">Runs with what layers give, and with what some normalisations give as before.</param>
internal sealed class NormPassage(NetworkProbe probe, TracedChannels channels, Func<Func<int, FilterFeed[]?>, bool[], TraceSight> look)
{
    /// <summary>The layers whose all goes through one normalisation that they alone feed.</summary>
    /// <param name="layers">Layers that do not change the network's outputs.</param>
    /// <param name="classes">All layers, in classes that have no channel in common.</param>
    public HashSet<int> LayersBehind(IReadOnlyList<int> layers, List<int[]> classes)
    {
        var norms = new Dictionary<int, int>();
        foreach (var layer in layers)
        {
            var fed = Enumerable.Range(0, probe.Norms.Count).Where(norm => NormChannels(norm).All(channel => channel.Filters.Count == 1 && channel.Filters.ContainsKey(layer))).ToArray();
            if (fed.Length > 0)
            {
                norms[layer] = fed[0];
            }
        }

        // What several of them may have shown is looked at once more, of those that have no channel in common.
        var elsewhere = SeenElsewhere(norms);
        var behind = norms.Keys.Where(layer => !elsewhere.Contains(layer)).ToHashSet();
        foreach (var doubtful in classes.Select(some => norms.Where(pair => elsewhere.Contains(pair.Key) && some.Contains(pair.Key)).ToDictionary()))
        {
            behind.UnionWith(doubtful.Keys.Except(SeenElsewhere(doubtful)));
        }

        return behind;
    }

    /// <summary>With what some normalisations give as before, the layers that may show elsewhere that these gave something else.</summary>
    /// <param name="norms">For each layer that does the normalisation that it alone feeds.</param>
    private HashSet<int> SeenElsewhere(Dictionary<int, int> norms)
    {
        if (norms.Count == 0)
        {
            return [];
        }

        var sight = look(
            layer => FilterFeeds.Of(probe.Layers[layer], _ => norms.ContainsKey(layer) ? FilterFeed.Taint : FilterFeed.Noise),
            [.. Enumerable.Range(0, probe.Norms.Count).Select(norms.ContainsValue)]);
        var blocked = norms.Values.SelectMany(NormChannels).ToHashSet();
        return [.. channels.Where(sight.Touched).Where(channel => !blocked.Contains(channel)).SelectMany(channel => channel.Filters.Keys)];
    }

    private TracedChannel[] NormChannels(int norm) => channels.ByConsumer[probe.Layers.Count + norm];
}
