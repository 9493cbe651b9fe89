namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Finds the sources of channels: the layers that alone, while all others give zeros, make them another than zero.
/// </summary>
/// <param name="probe">The layers.</param>
/// <param name="run">Runs the network.</param>
/// <param name="channels">All channels, with the layers that change each.</param>
/// <param name="first">The noise of the base run.</param>
/// <param name="look">Runs on the noise of the base run, and compares.</param>
/// <param name="spell">Finds the one filter of some layers that each channel shows, or each of those that are asked for.</param>
internal sealed class SourceSearch(
    NetworkProbe probe,
    TraceRun run,
    TracedChannels channels,
    TraceDraw first,
    Func<Func<int, FilterFeed[]?>, TraceSight> look,
    Func<int[], Func<Func<int, bool>, bool[][]>, IReadOnlyCollection<TracedChannel>?, Dictionary<TracedChannel, int?>> spell)
{
    // So many classes are seen at each channel; of more, each at some channels of a consumer.
    private const int LeastRounds = 8;

    /// <summary>Tells each channel of its sources.</summary>
    /// <param name="classes">All layers, in classes that have no channel in common.</param>
    public void Find(List<int[]> classes)
    {
        FindSources(classes);
        DropWrongGuesses(classes);
        classes.ForEach(FindSourcesAmongFactors);
    }

    /// <summary>
    /// Which channels layers make another than zero while all others give zeros: in the first runs, another filter of each
    /// class gives noise, so that a layer's channels tell each of another class.
    /// </summary>
    /// <remarks>
    /// A layer that is a source of all channels of a consumer that were looked at counts as one of the others as well. That is
    /// only a guess, but all sources of a channel stay or go together, and that it is zero then is checked.
    /// </remarks>
    private void FindSources(List<int[]> classes)
    {
        var classOf = classes.Index().SelectMany(some => some.Item.Select(layer => (layer, some.Index))).ToDictionary();
        var filters = channels.All.Where(channel => channel.Filters.Count > 1).SelectMany(channel => channel.Filters.Keys).Distinct()
            .Select(layer => probe.Layers[layer].Shape.Filters).DefaultIfEmpty(1).Min();
        var rounds = Math.Min(classes.Count, Math.Max(LeastRounds, (classes.Count + filters - 1) / filters));
        var seen = new Dictionary<(int Consumer, int Layer), bool>();
        for (var round = 0; round < rounds; round++)
        {
            // Where not each channel sees all classes, the channels of a consumer go on where those of the round before ended.
            var shift = round * (rounds < classes.Count && filters < classes.Count ? filters : 1);
            bool IsOn(int layer, int filter) => (filter + shift) % classes.Count == classOf[layer];
            var lit = run.Alone(TraceDraw.Others[0], layer => Feeds(layer, filter => IsOn(layer, filter) ? FilterFeed.Noise : FilterFeed.Zero)).Lit;
            foreach (var (consumer, channel, isLit) in Readable().Select(at => (at.Consumer, at.Channel, lit[at.Consumer][at.Place])))
            {
                if (channel.Filters.Where(filter => IsOn(filter.Key, filter.Value!.Value)).Select(filter => filter.Key).ToArray() is [var layer])
                {
                    seen[(consumer, layer)] = isLit && seen.GetValueOrDefault((consumer, layer), true);
                    _ = isLit && channel.Sources.Add(layer);
                }
            }
        }

        foreach (var (consumer, channel, _) in Readable())
        {
            channel.Sources.UnionWith(channel.Filters.Keys.Where(layer => seen.GetValueOrDefault((consumer, layer))));
        }

        classes.ForEach(FindSources);

        IEnumerable<(int Consumer, TracedChannel Channel, int Place)> Readable() => channels.ByConsumer
            .SelectMany((some, consumer) => some.Select((channel, place) => (consumer, channel, place)))
            .Where(at => at.channel.Filters.Count > 0 && !at.channel.Filters.ContainsValue(null));
    }

    /// <summary>Takes back guesses of layers that are no sources, and do not change a channel when they are looked at.</summary>
    private void DropWrongGuesses(List<int[]> classes)
    {
        foreach (var layers in classes)
        {
            (TracedChannel Channel, int Layer)[] doubtful = [.. channels.All.Where(channel => channel.IsGuessed)
                .SelectMany(channel => channel.Filters.Keys.Intersect(layers).Except(channel.Sources).Select(layer => (channel, layer)))];
            if (doubtful.Length > 0)
            {
                _ = run.Base(first, layer => Feeds(layer, FilterFeed.Noise));
                var shown = channels.Where(look(layer => Feeds(layer, layers.Contains(layer) ? FilterFeed.Taint : FilterFeed.Noise)).Touched).ToHashSet();
                foreach (var (channel, layer) in doubtful.Where(one => !shown.Contains(one.Channel)))
                {
                    _ = channel.Filters.Remove(layer);
                }
            }
        }
    }

    /// <summary>Which channels layers make another than zero while all others give zeros.</summary>
    private void FindSources(int[] layers)
    {
        var open = channels.All.Where(channel => layers.Any(channel.Filters.ContainsKey)).ToList();
        foreach (var draw in TraceDraw.Others.Append(first).Where(draw => !draw.Training))
        {
            // Other noise finds no more than all.
            _ = open.RemoveAll(channel => layers.Where(channel.Filters.ContainsKey).All(channel.Sources.Contains));
            if (open.Count == 0)
            {
                break;
            }

            var sight = run.Alone(draw, other => Feeds(other, Array.IndexOf(layers, other) < 0 ? FilterFeed.Zero : FilterFeed.Noise));
            foreach (var channel in channels.Where(sight.Lit))
            {
                channel.Sources.UnionWith(channel.Filters.Keys.Intersect(layers));
            }
        }
    }

    /// <summary>
    /// Finds the one filter that is the source of a channel among several of its layer: the others act on it, as the gates
    /// of a linear layer's half or the weights of attention do, and are then no sources themselves.
    /// </summary>
    private void FindSourcesAmongFactors(int[] layers)
    {
        TracedChannel[] open = [.. channels.All.Where(channel => layers.Any(layer => IsOpen(channel, layer)))];
        if (open.Length == 0)
        {
            return;
        }

        // Noise above zero, so that no rectifier hides it.
        var lit = spell(layers, isOn => run.Alone(TraceDraw.Others[0], layer => Feeds(layer, filter => layers.Contains(layer) && isOn(filter) ? FilterFeed.Noise : FilterFeed.Zero)).Lit, open);
        if (open.All(channel => lit.GetValueOrDefault(channel) is null))
        {
            return;
        }

        var sources = layers.ToDictionary(layer => layer, layer => channels.All
            .Where(channel => channel.Sources.Contains(layer))
            .Select(channel => channel.Filters[layer] ?? lit.GetValueOrDefault(channel))
            .OfType<int>()
            .ToHashSet());
        _ = run.Base(first, layer => Feeds(layer, FilterFeed.Noise));
        var among = spell(layers, isOn => look(layer => Feeds(layer, filter => sources.TryGetValue(layer, out var some) && some.Contains(filter) && isOn(filter) ? FilterFeed.Taint : FilterFeed.Noise)).Touched, null);
        foreach (var (channel, filter) in lit)
        {
            foreach (var layer in layers.Where(layer => IsOpen(channel, layer) && filter is not null && among.GetValueOrDefault(channel) == filter))
            {
                channel.Filters[layer] = filter;
                _ = channel.OwnFactors.Add(layer);
            }
        }

        static bool IsOpen(TracedChannel channel, int layer) => channel.Sources.Contains(layer) && channel.Filters[layer] is null;
    }

    private FilterFeed[]? Feeds(int layer, FilterFeed feed) => Feeds(layer, _ => feed);

    private FilterFeed[]? Feeds(int layer, Func<int, FilterFeed> feed) => FilterFeeds.Of(probe.Layers[layer], feed);
}
