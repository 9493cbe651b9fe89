using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Finds out which filters feed which input channels by running the network on markers, so that residual sums,
/// concatenations, flattening, pooling and whatever else stands between two layers need no description.
/// </summary>
/// <remarks>
/// For one layer at a time the markers spell each filter's number in binary, one run a digit and one for its
/// complement, while all other layers give zeros. A channel that lights up for each digit or for its complement, but
/// never for both, has exactly the one filter spelled as its source in this layer. A channel that cannot be read this
/// way, a product of two layers' outputs for example, counts as always live, and a layer that changes such a channel is
/// not pruned: without its filters the channel, of a layer normalisation for example, would be another one.
/// </remarks>
internal sealed class ChannelTrace
{
    private const int Checks = 8;

    private readonly NetworkProbe _probe;
    private readonly MarkerRun _run;

    /// <summary>For each consumer and channel the sources found so far.</summary>
    private readonly List<FilterIndex>[][] _sources;

    /// <summary>For each consumer and channel whether it must count as live whatever is pruned.</summary>
    private readonly bool[][] _unreadable;

    /// <summary>For each layer, consumer and channel whether the layer's markers make a difference.</summary>
    private readonly bool[][][] _changed;

    private ChannelTrace(NetworkProbe probe, MarkerRun run)
    {
        _probe = probe;
        _run = run;
        _unreadable = [.. run.DarkLit.Select(channels => channels.ToArray())];
        _sources = [.. run.DarkLit.Select(channels => channels.Select(_ => new List<FilterIndex>()).ToArray())];
        _changed = [.. probe.Layers.Select(_ => run.DarkLit.Select(channels => new bool[channels.Length]).ToArray())];
    }

    /// <summary>Traces every layer of a network.</summary>
    /// <param name="network">The network; left in evaluation mode.</param>
    /// <param name="probe">Its layers.</param>
    /// <param name="example">A batch, each input <c>[N, …]</c>; only the shape of an example matters.</param>
    /// <param name="cancellation">Ends it before the next run.</param>
    public static ChannelMap Run(ModelNetwork network, NetworkProbe probe, IReadOnlyList<Tensor> example, CancellationToken cancellation = default)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var run = new MarkerRun(network, probe, example, cancellation);
        return new ChannelTrace(probe, run).Map();
    }

    private ChannelMap Map()
    {
        var layers = Enumerable.Range(0, _probe.Layers.Count).ToArray();
        var feeding = layers.Select(layer => !_probe.Layers[layer].IsTied && TraceLayer(layer)).ToArray();
        CheckByChance();
        var prunable = layers.Select(layer => feeding[layer] && !ReachesUnreadable(layer)).ToArray();
        var lit = _run.All(layer => Enumerable.Repeat(true, _probe.Layers[layer].Shape.Filters)).Lit;
        var sources = _sources.Select((channels, consumer) => new ChannelSources(
            [.. channels.Select((found, c) => _unreadable[consumer][c] || found.Count == 0 ? null : found)],
            [.. channels.Select((_, c) => _unreadable[consumer][c] || lit[consumer][c])])).ToArray();
        var norms = sources[_probe.Layers.Count..];
        return new ChannelMap(sources[.._probe.Layers.Count], norms, prunable, [.. prunable.Select((can, layer) => can && IsBehindNorm(layer, norms))]);
    }

    /// <summary>
    /// Lights filters of all layers at once by chance: a channel that does not do what its sources say cannot be read.
    /// </summary>
    private void CheckByChance()
    {
        var random = new Random(1);
        for (var check = 0; check < Checks; check++)
        {
            var on = _probe.Layers.Select(layer => Enumerable.Range(0, layer.Shape.Filters).Select(_ => random.Next(2) == 0).ToArray()).ToArray();
            var lit = _run.All(layer => on[layer]).Lit;
            for (var consumer = 0; consumer < _sources.Length; consumer++)
            {
                for (var c = 0; c < _sources[consumer].Length; c++)
                {
                    var expected = _sources[consumer][c].Any(source => on[source.Layer][source.Filter]);
                    _unreadable[consumer][c] |= lit[consumer][c] != expected;
                }
            }
        }
    }

    /// <summary>Whether all that a layer gives goes through one normalisation that it alone feeds.</summary>
    private bool IsBehindNorm(int layer, ChannelSources[] norms)
    {
        var all = Enumerable.Repeat(true, _probe.Layers[layer].Shape.Filters).ToArray();
        return Enumerable.Range(0, norms.Length).Any(norm =>
            norms[norm].CanChange
            && norms[norm].Channels.All(found => found is null || (found.Count == 1 && found[0].Layer == layer))
            && IsDark(_run.Only(layer, all, darkNorm: norm).Lit));

        bool IsDark(bool[][] lit) => Enumerable.Range(0, _probe.Layers.Count).All(consumer =>
            lit[consumer].Zip(_run.DarkLit[consumer]).All(pair => pair.First == pair.Second));
    }

    private bool ReachesUnreadable(int layer) => Enumerable.Range(0, _sources.Length).Any(consumer =>
        _changed[layer][consumer].Zip(_unreadable[consumer]).Any(channel => channel.First && channel.Second));

    /// <returns>Whether the layer's filters feed other layers and not one of the network's outputs.</returns>
    private bool TraceLayer(int layer)
    {
        var filters = _probe.Layers[layer].Shape.Filters;
        var digits = 32 - int.LeadingZeroCount(filters);
        var ones = _sources.Select(channels => new int[channels.Length]).ToArray();
        var zeros = _sources.Select(channels => new int[channels.Length]).ToArray();
        var reachesOutput = false;
        for (var digit = 0; digit < digits; digit++)
        {
            reachesOutput |= Spell(digit, 1, ones) | Spell(digit, 0, zeros);
        }

        var feedsLayer = false;
        for (var consumer = 0; consumer < _sources.Length; consumer++)
        {
            for (var c = 0; c < _sources[consumer].Length; c++)
            {
                var (one, zero) = (ones[consumer][c], zeros[consumer][c]);
                if ((one | zero) == 0 || _unreadable[consumer][c])
                {
                    continue;
                }

                feedsLayer |= consumer < _probe.Layers.Count;
                if ((one & zero) != 0 || (one | zero) != (1 << digits) - 1 || one > filters)
                {
                    _unreadable[consumer][c] = true;
                }
                else
                {
                    _sources[consumer][c].Add(new FilterIndex(layer, one - 1));
                }
            }
        }

        return feedsLayer && !reachesOutput;

        bool Spell(int digit, int value, int[][] seen)
        {
            // Numbers start at 1, so that each filter's has a one among its digits.
            var on = Enumerable.Range(1, filters).Select(number => ((number >> digit) & 1) == value).ToArray();
            var sight = _run.Only(layer, on);
            for (var consumer = 0; consumer < seen.Length; consumer++)
            {
                for (var c = 0; c < seen[consumer].Length; c++)
                {
                    seen[consumer][c] |= sight.Lit[consumer][c] ? 1 << digit : 0;
                    _changed[layer][consumer][c] |= sight.Changed[consumer][c];
                }
            }

            return sight.ReachesOutput;
        }
    }
}
