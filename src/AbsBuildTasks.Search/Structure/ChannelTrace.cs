using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Finds out which filters feed which input channels by running the network on noise, so that residual sums,
/// concatenations, flattening, pooling and whatever else stands between two layers need no description.
/// </summary>
/// <remarks>
/// <para>What a channel depends on comes first. A layer gives a taint: values that are no number, which everything that
/// is computed from them becomes as well, whatever cancels, averages or reorders them, and between them other noise. What
/// changes depends on the layer. Layers are spelled in binary, a digit a run and its complement another: a channel that
/// changes with each digit or its complement, and never with both, depends on the one layer so spelled. Of many layers, as in
/// sums, it depends on those that gradients lead back to, where runs show that no others are left. Filters are spelled
/// alike, of all layers at once: so spelled is the one that a channel depends on of each of its layers. Where it is another
/// of each, layers that have no channel in common are spelled at the same time.</para>
/// <para>A source of a channel is a layer on whose one filter it depends, and which makes it another than zero while all
/// other layers give zeros. A channel is dead once all its sources are pruned: only if it is then zero whatever else the
/// network is given, for noise of several signs and sizes, as in training and as in evaluation. All else, a product of two
/// layers for example, counts as always live, and a layer that changes such a channel is not pruned: without its filters
/// the channel, of a layer normalisation for example, would be another one.</para>
/// </remarks>
internal sealed class ChannelTrace
{
    private readonly NetworkProbe _probe;
    private readonly TraceRun _run;
    private readonly InnerFlow _inner;
    private readonly int[] _free;
    private readonly TracedChannels _channels;
    private readonly bool[] _reachesOutput;
    private readonly bool[]?[] _stays;
    private TraceDraw _first = new(11);
    private IReadOnlyList<long>? _values;
    private bool _sameWay = true;

    private ChannelTrace(NetworkProbe probe, TraceRun run)
    {
        _probe = probe;
        _run = run;
        _inner = run.Inner;
        _free = [.. Enumerable.Range(0, probe.Layers.Count).Where(layer => !probe.Layers[layer].IsTied)];
        _channels = new TracedChannels(run.Unmasked.Select(channels => channels.Length));
        _reachesOutput = new bool[probe.Layers.Count];
        _stays = new bool[probe.Layers.Count][];
    }

    /// <summary>Traces every layer of a network.</summary>
    /// <param name="network">
    /// The network, best one of its own: parameters and buffers are as before at the end, but not what it keeps elsewhere.
    /// Left in evaluation mode.
    /// </param>
    /// <param name="probe">Its layers.</param>
    /// <param name="examples">Real examples, each input <c>[N, …]</c>; a few are enough.</param>
    /// <param name="beforeRun">Called before each run of the network; may end it by throwing.</param>
    /// <exception cref="AbsException">ABS2010: the network uses a layer's weights beside the layer.</exception>
    public static ChannelMap Run(ModelNetwork network, NetworkProbe probe, IReadOnlyList<Tensor> examples, Action? beforeRun = null)
    {
        // An index made of what is no number, or of noise, fails; real examples and other numbers may do.
        (bool HasNan, bool HasNoise)[] attempts = [(true, true), (true, false), (false, false)];
        var message = "";
        foreach (var attempt in attempts)
        {
            try
            {
                using var noGradient = no_grad();
                using var scope = NewDisposeScope();
                using var run = new TraceRun(network, probe, examples, attempt.HasNan, beforeRun ?? (() => { }));
                if (attempt.HasNoise)
                {
                    run.FindInputs();
                }

                var trace = new ChannelTrace(probe, run);
                if (trace.Doubt() is { } doubt)
                {
                    return ChannelMap.Whole(probe, doubt);
                }

                LooseWeights.Refuse(probe, run);
                return trace.Map();
            }
            catch (Exception exception) when (exception is not (OperationCanceledException or AbsException) && !Native.DeviceMemory.IsExhausted(exception))
            {
                message = exception.Message.Split('\n')[0].Trim().TrimEnd('.');
            }
        }

        return ChannelMap.Whole(probe, $"the network fails on numbers other than its own ({message})");
    }

    /// <summary>Why differences between runs would say nothing, or null: two runs alike must give the same, and numbers.</summary>
    private string? Doubt()
    {
        // A root or a logarithm wants what is above zero.
        _ = _run.Base(_first, layer => Feeds(layer, FilterFeed.Noise));
        if (!_run.IsFinite())
        {
            _first = _first with { Sign = 1 };
            _ = _run.Base(_first, layer => Feeds(layer, FilterFeed.Noise));
        }

        if (!_run.IsFinite())
        {
            return "the network makes no numbers of what its layers may give, by a root or a division for example";
        }

        var sight = _run.Compared(layer => Feeds(layer, FilterFeed.Noise));
        return sight.SameWay && !sight.ReachesOutput && !_channels.Where(sight.Touched).Any() ? null : "the network gives other values when it runs again on the same ones";
    }

    private ChannelMap Map()
    {
        Note(_first, _run.Base(_first, layer => Feeds(layer, FilterFeed.Noise)));
        FindLayers();
        var classes = LayerClasses.Of(_free, _channels.All);
        FindFilters(classes);
        var behindNorm = new NormPassage(_probe, _channels, (feeds, blocked) => Look(feeds, blocked)).LayersBehind([.. _free.Where(layer => !_reachesOutput[layer])], classes);
        new SourceSearch(_probe, _run, _channels, _first, feeds => Look(feeds), Spell).Find(classes);
        SettleSources();
        new DeathCheck(_probe, _run, _channels, _stays, _first, Note).Run();
        if (!_sameWay)
        {
            return ChannelMap.Whole(_probe, "the network runs other layers, or on other shapes, for other values");
        }

        var prunable = Enumerable.Range(0, _probe.Layers.Count).Select(layer => IsPrunable(_inner.UnitOf(new(layer, 0)).Layer)).ToArray();
        ChannelSources[] sources = [.. _channels.ByConsumer.Select(channels => new ChannelSources([.. channels.Select(Sources)]))];
        return new ChannelMap(
            sources[.._probe.Layers.Count],
            sources[_probe.Layers.Count..],
            prunable,
            [.. prunable.Select((can, layer) => can && behindNorm.Contains(layer))])
        {
            Stays = _stays,
            Mixed = [.. _free.Where(layer => _probe.Layers[layer].CanPrune && !prunable[layer] && !_reachesOutput[layer])],
        };
    }

    /// <summary>Which layers change which channels, and outputs of the network.</summary>
    private void FindLayers()
    {
        var spelling = new LayerSpelling(
            _free,
            _channels,
            _probe.Layers.Count,
            isOn => Look(layer => Feeds(layer, isOn(layer) ? FilterFeed.Taint : FilterFeed.Noise)),
            groups => _run.Guess(layer => Feeds(layer, FilterFeed.Noise), groups));
        foreach (var layer in spelling.Find())
        {
            _reachesOutput[layer] = true;
        }
    }

    /// <summary>
    /// Finds the one filter of each layer that a channel depends on: of all layers at once, which shows where it is the same of
    /// each, as in sums; then of those that have no channel in common, for channels where it is not.
    /// </summary>
    private void FindFilters(List<int[]> classes)
    {
        FindFilters([.. _free], asked: null);
        TracedChannel[] open = [.. _channels.All.Where(channel => channel.Filters.Count > 1 && channel.Filters.ContainsValue(null))];
        foreach (var layers in classes)
        {
            TracedChannel[] asked = [.. open.Where(channel => layers.Any(layer => IsOpen(channel, layer)))];
            var some = layers.Where(layer => asked.Any(channel => IsOpen(channel, layer))).ToArray();
            if (some.Length > 0)
            {
                FindFilters(some, asked);
            }
        }

        static bool IsOpen(TracedChannel channel, int layer) => channel.Filters.TryGetValue(layer, out var filter) && filter is null;
    }

    /// <summary>Finds the one filter of some layers, the same of each, that a channel depends on.</summary>
    private void FindFilters(int[] layers, IReadOnlyCollection<TracedChannel>? asked)
    {
        var filters = Spell(layers, isOn => Look(layer => Feeds(layer, filter => layers.Contains(layer) && isOn(filter) ? FilterFeed.Taint : FilterFeed.Noise)).Touched, asked);
        foreach (var (channel, filter) in filters)
        {
            foreach (var layer in layers.Where(channel.Filters.ContainsKey))
            {
                channel.Filters[layer] = filter < _probe.Layers[layer].Shape.Filters ? filter : null;
            }
        }
    }

    private Dictionary<TracedChannel, int?> Spell(int[] layers, Func<Func<int, bool>, bool[][]> see, IReadOnlyCollection<TracedChannel>? asked) =>
        FilterSpelling.Spell(layers.Max(layer => _probe.Layers[layer].Shape.Filters), isOn => _channels.Where(see(isOn)), asked);

    /// <summary>Gives up channels whose filter is not found, and finds the filters that stay.</summary>
    private void SettleSources()
    {
        foreach (var channel in _channels.All)
        {
            channel.IsUnreadable = channel.Sources.Any(layer => channel.Filters[layer] is null);
            foreach (var layer in channel.OwnFactors)
            {
                _stays[layer] ??= [.. Enumerable.Repeat(true, _probe.Layers[layer].Shape.Filters)];
            }
        }

        // Of a layer with filters that act on others only those that are sources may go.
        foreach (var (layer, filter) in _channels.All.SelectMany(channel => channel.Sources.Select(layer => (layer, channel.Filters[layer]))))
        {
            if (_stays[layer] is { } stays && filter is { } source)
            {
                stays[source] = false;
            }
        }
    }

    /// <summary>Notes whether a network in evaluation runs the same layers as before.</summary>
    private void Note(TraceDraw draw, TraceSight sight)
    {
        // In training a network may leave layers out by chance.
        _values ??= sight.Values;
        _sameWay &= draw.Training || sight.Values.SequenceEqual(_values);
    }

    private TraceSight Look(Func<int, FilterFeed[]?> feeds, bool[]? blocked = null)
    {
        var sight = _run.Compared(feeds, blocked);
        _sameWay &= sight.SameWay;
        return sight;
    }

    /// <summary>Whether a layer's filters feed other layers, and nothing that is not dead without them.</summary>
    private bool IsPrunable(int layer) => _probe.Layers[layer] is { IsTied: false, CanPrune: true } && !_reachesOutput[layer]
        && _channels.All.All(channel => !channel.Filters.ContainsKey(layer) || channel.IsFedBy(layer))
        && _channels.ByConsumer.Take(_probe.Layers.Count).Any(channels => channels.Any(channel => channel.IsFedBy(layer)));

    private static IReadOnlyList<FilterIndex>? Sources(TracedChannel channel) => channel.CanDie
        ? [.. channel.Sources.Select(layer => new FilterIndex(layer, channel.Filters[layer]!.Value))]
        : null;

    private FilterFeed[]? Feeds(int layer, FilterFeed feed) => Feeds(layer, _ => feed);

    private FilterFeed[]? Feeds(int layer, Func<int, FilterFeed> feed) => FilterFeeds.Of(_probe.Layers[layer], feed);
}
