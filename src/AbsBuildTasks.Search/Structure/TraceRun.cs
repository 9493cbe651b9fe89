using System.Runtime.InteropServices;
using AbsBuildTasks.Search.Hooks;
using AbsBuildTasks.Search.Kernels;
using AbsBuildTasks.Search.Layers;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Runs a network in which weighted layers give noise, zeros or a taint instead of their results, and tells which input
/// channels of the next layers change, or are zero. Everything else runs as it is.
/// </summary>
/// <remarks>
/// A tied layer, a depthwise convolution, runs on weights above zero and without its bias, so that zeros stay zeros. A
/// normalisation gives its input, and a shift where a channel is not zero: what feeds a channel decides whether the search
/// masks its scale and shift. Consumers are the weighted layers, then the normalisations.
/// </remarks>
internal sealed class TraceRun : IDisposable
{
    // Two, so that what is mixed over examples shows.
    private const int Examples = 2;

    private readonly ModelNetwork _network;
    private readonly NetworkProbe _probe;
    private readonly IReadOnlyList<Tensor> _examples;
    private readonly Action _beforeRun;
    private readonly HookSet _hooks = new();
    private readonly Displacement _displacement;
    private readonly FedNoise _noise;
    private readonly TraceWitness _witness;
    private readonly Dictionary<(int Norm, int Call), Tensor> _normOutputs = [];
    private readonly InnerFlow _inner;
    private readonly FilterFeed[]?[] _feeds;
    private readonly long?[] _examplesOf;
    private readonly int[] _given;
    private TraceDraw _draw = new(0);
    private TraceGraph? _graph;
    private IReadOnlyList<Tensor>? _outputs;
    private bool[] _blocked;
    private TraceMode _mode;

    /// <summary>Installs the hooks.</summary>
    /// <param name="network">The network; its parameters and buffers are as before at the end, but not what it keeps elsewhere.</param>
    /// <param name="probe">Its layers.</param>
    /// <param name="examples">Real examples, each input <c>[N, …]</c>.</param>
    /// <param name="hasNan">Whether taints hold what is no number, which not every network bears.</param>
    /// <param name="beforeRun">Called before each run; may end it by throwing.</param>
    public TraceRun(ModelNetwork network, NetworkProbe probe, IReadOnlyList<Tensor> examples, bool hasNan, Action beforeRun)
    {
        _network = network;
        _probe = probe;
        _examples = examples;
        _beforeRun = beforeRun;
        _inner = new InnerFlow(probe.Layers);
        _feeds = new FilterFeed[probe.Layers.Count][];
        _given = new int[probe.Layers.Count];
        _examplesOf = new long?[probe.Layers.Count];
        _noise = new FedNoise(hasNan);
        int[] consumers = [.. probe.Layers.Select(layer => layer.Shape.InputChannels), .. probe.Norms.Select(norm => norm.Channels)];
        _witness = new TraceWitness(consumers);
        _blocked = new bool[probe.Norms.Count];
        Unmasked = [.. consumers.Select(channels => new bool[channels])];
        _displacement = new Displacement(network.Module, probe);
        InstallHooks();
    }

    /// <summary>Whether inputs that are not whole numbers are noise, and not the real examples alone.</summary>
    public bool HasNoisyInputs { get; private set; }

    /// <summary>
    /// For each consumer and channel whether, of a normalisation or a tied layer, the channel keeps its shift whatever is
    /// pruned. May be changed between runs.
    /// </summary>
    public bool[][] Unmasked { get; }

    /// <summary>Finds out whether the network bears noise as its inputs: an index or a logarithm may not.</summary>
    public void FindInputs() => HasNoisyInputs = BearsNoise();

    /// <summary>Runs what later runs are compared with.</summary>
    /// <param name="draw">The noise.</param>
    /// <param name="feeds">For each layer what its filters give; null for a tied layer that runs itself.</param>
    public TraceSight Base(TraceDraw draw, Func<int, FilterFeed[]?> feeds)
    {
        Forget();
        return Run(draw, feeds, TraceMode.Base, blocked: null);
    }

    /// <summary>Runs the network on the noise of the base run, and compares.</summary>
    /// <param name="feeds">As there.</param>
    /// <param name="blocked">For each normalisation whether it gives what it gave in the base run; null for none.</param>
    public TraceSight Compared(Func<int, FilterFeed[]?> feeds, bool[]? blocked = null) => Run(_draw, feeds, TraceMode.Compared, blocked);

    /// <summary>Runs the network on other noise, and compares with nothing. The base run is forgotten.</summary>
    /// <param name="draw">The noise.</param>
    /// <param name="feeds">As there.</param>
    public TraceSight Alone(TraceDraw draw, Func<int, FilterFeed[]?> feeds)
    {
        if (draw != _draw || _outputs is not null)
        {
            Forget();
        }

        return Run(draw, feeds, TraceMode.Alone, blocked: null);
    }

    /// <summary>Guesses from the gradients of one run what channels depend on.</summary>
    /// <param name="feeds">For each layer what its filters give.</param>
    /// <param name="groups">The channels.</param>
    /// <returns>A guess for each group; null where there are no gradients.</returns>
    public IReadOnlyList<LayerGuess>? Guess(Func<int, FilterFeed[]?> feeds, IReadOnlyList<ChannelGroup> groups)
    {
        using var scope = NewDisposeScope();
        using var gradient = enable_grad();
        using var graph = new TraceGraph(_draw);
        _graph = graph;
        try
        {
            var outputs = Call(feeds, TraceMode.Guess, blocked: null);
            var consumers = _probe.Layers.Count + _probe.Norms.Count;
            foreach (var output in outputs)
            {
                graph.Take(consumers, output);
            }

            return [.. groups.Select(group => graph.Of(
                group.Consumer ?? consumers,
                group.Consumer is null ? null : group.Channels,
                group.Consumer is { } consumer && consumer < _probe.Layers.Count ? _probe.Layers[consumer].ChannelDimension : 1))];
        }
        catch (ExternalException exception) when (!Native.DeviceMemory.IsExhausted(exception))
        {
            // As where the network changes in place what its gradient needs.
            return null;
        }
        finally
        {
            _graph = null;
        }
    }

    /// <summary>Whether all that the base run saw is a number.</summary>
    public bool IsFinite()
    {
        using var scope = NewDisposeScope();
        return _witness.IsFinite() && _outputs!.All(value => !value.is_floating_point() || value.isfinite().all().item<bool>());
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _hooks.Dispose();
        _displacement.Dispose();
        Forget();
        _network.Module.eval();
    }

    private TraceSight Run(TraceDraw draw, Func<int, FilterFeed[]?> feeds, TraceMode mode, bool[]? blocked)
    {
        // A trace takes many runs; what one leaves behind must not wait for the last.
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        _draw = draw;
        var outputs = Call(feeds, mode, blocked);
        if (mode == TraceMode.Base)
        {
            _outputs = [.. outputs.Select(Keep)];
        }

        var reachesOutput = mode == TraceMode.Compared && (outputs.Count != _outputs!.Count || outputs.Zip(_outputs).Any(pair => !Same(pair.First, pair.Second)));
        return _witness.Sight(reachesOutput);
    }

    private IReadOnlyList<Tensor> Call(Func<int, FilterFeed[]?> feeds, TraceMode mode, bool[]? blocked)
    {
        _beforeRun();
        (_mode, _blocked) = (mode, blocked ?? new bool[_blocked.Length]);
        for (var i = 0; i < _feeds.Length; i++)
        {
            _feeds[i] = feeds(i);
        }

        Array.Clear(_given);
        _witness.Start(mode, ignoresNan: _draw.IgnoresNan);
        _network.Module.train(_draw.Training);
        _displacement.IsNegative = _draw.NegativeState;

        // What the network itself draws must be the same in each run.
        manual_seed(_draw.Seed).Dispose();
        return _network.Call(Inputs());
    }

    private bool BearsNoise()
    {
        var draw = new TraceDraw(1);
        var real = Base(draw, Noise);
        var isFinite = IsFinite();
        HasNoisyInputs = true;
        try
        {
            return Base(draw, Noise).Values.SequenceEqual(real.Values) && (IsFinite() || !isFinite);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return false;
        }
        finally
        {
            HasNoisyInputs = false;
        }

        FilterFeed[]? Noise(int layer) => FilterFeeds.Of(_probe.Layers[layer], _ => FilterFeed.Noise);
    }

    private IReadOnlyList<Tensor> Inputs()
    {
        var count = _examples[0].shape[0];
        var indices = Enumerable.Range(0, Examples).Select(i => ((_draw.Example * Examples) + i) % count).ToArray();
        return [.. _examples.Select((input, i) => WithNoise(input.index_select(0, tensor(indices, device: input.device)), i))];
    }

    private Tensor WithNoise(Tensor input, int index) => HasNoisyInputs && input.is_floating_point()
        ? input.add(TraceNoise.Of(_draw, index - _examples.Count, input))
        : input;

    private void InstallHooks()
    {
        for (var i = 0; i < _probe.Layers.Count; i++)
        {
            var (index, layer) = (i, _probe.Layers[i]);
            _hooks.Before(layer.Module, layer.Kind.InputPlaces, input =>
            {
                _ = See(index, input, layer.ChannelDimension);

                // What a layer makes of its input is thrown away: without examples it is made at once, and has the shape.
                _examplesOf[index] = _feeds[index] is not null && layer.Kind.RunsWithoutExamples(layer.Module, input) ? input.shape[0] : null;
                return _examplesOf[index] is null ? null : input[TensorIndex.Slice(0, 0)];
            });
            switch (layer.Kind.Results)
            {
                case LayerResults.Filters:
                    _hooks.After(layer.Module, (_, output) => _feeds[index] is { } feeds
                        ? Given(index, _noise.Of(_draw, index, _witness.Calls(index), feeds, TraceValues.Like(output, _examplesOf[index]), layer.FilterDimension))
                        : TraceValues.Shifted(output, [.. Enumerable.Range(0, layer.Shape.Filters).Select(filter => Unmasked[index][layer.InputOf(filter)])], layer.FilterDimension, onlyWhereLit: false));
                    break;
                case LayerResults.Whole:
                    int[] inside = [.. _inner.WithModuleOf(index).Where(other => _inner.Inputs[other].Count > 0)];
                    _hooks.AfterCall(layer.Module, (_, outputs) => Inside(index, inside, outputs));
                    break;
            }
        }

        for (var i = 0; i < _probe.Norms.Count; i++)
        {
            var (index, norm) = (i, _probe.Norms[i]);
            var consumer = _probe.Layers.Count + i;
            _hooks.Before(norm.Module, input => See(consumer, input, 1));
            _hooks.After(norm.Module, (input, _) => Pass(index, input));
        }
    }

    private Tensor Given(int layer, Tensor values) => _graph?.Give(layer, values) ?? values;

    /// <summary>What the weights of a module give to each other, and out of it.</summary>
    private Tensor?[] Inside(int layer, int[] inside, IReadOnlyList<Tensor?> outputs)
    {
        foreach (var consumer in inside)
        {
            var input = outputs[0]!;
            _ = See(consumer, OfFilters(_inner.Inputs[consumer], empty([.. input.shape[..^1], _inner.Inputs[consumer].Count], dtype: input.dtype, device: input.device)), -1);
        }

        return [.. outputs.Select((output, i) => output is null ? null : _inner.ResultsOf(layer, i) switch
        {
            [] when i == 0 => AllNoise(layer, output),
            [] => Beside(layer, output),
            [var row] => OfFilters(row, output),
            var rows => cat([.. rows.Select((row, place) => OfFilters(row, output.narrow(0, place, 1)))], 0),
        })];
    }

    /// <summary>What a module gives beside its result, as attention its weights, also tells of filters that went.</summary>
    private Tensor Beside(int layer, Tensor output) => _inner.WithModuleOf(layer).Where(other => _probe.Layers[other].CanPrune)
        .Aggregate(AllNoise(layer, output), (values, other) => values + AllNoise(other, output) + 1);

    /// <summary>What some filters give, one for each channel of the last dimension: those of one layer behind those of another.</summary>
    private Tensor OfFilters(IReadOnlyList<FilterIndex> filters, Tensor like)
    {
        var layer = filters[0].Layer;
        FilterIndex[] own = [.. filters.TakeWhile(filter => filter.Layer == layer)];
        if (own.Length < filters.Count)
        {
            return cat([OfFilters(own, like.narrow(-1, 0, own.Length)), OfFilters([.. filters.Skip(own.Length)], like.narrow(-1, own.Length, filters.Count - own.Length))], -1);
        }

        return Given(layer, _noise.Of(_draw, layer, _given[layer]++, [.. filters.Select(filter => _feeds[layer]![filter.Filter])], like, -1));
    }

    /// <summary>What a layer gives of which no filter can be told apart: all as its first filter's.</summary>
    private Tensor AllNoise(int layer, Tensor output) => Given(layer, _noise.Of(_draw, layer, _given[layer]++, _feeds[layer]![..1], output, -1));

    private Tensor? See(int consumer, Tensor input, int? channelDimension)
    {
        _graph?.Take(consumer, input);
        _witness.See(consumer, input, channelDimension);
        return null;
    }

    private Tensor Pass(int norm, Tensor input)
    {
        var consumer = _probe.Layers.Count + norm;
        var call = (norm, _witness.Calls(consumer));
        if (_blocked[norm] && _normOutputs.TryGetValue(call, out var before))
        {
            return before.clone();
        }

        // One that is called again would, while one of its inputs is live, turn zeros of another into its shift.
        var unmasked = _probe.Norms[norm].Calls > 1 ? [.. Enumerable.Repeat(true, _probe.Norms[norm].Channels)] : Unmasked[consumer];
        var output = TraceValues.Shifted(input, unmasked, 1, onlyWhereLit: true);
        if (_mode == TraceMode.Base)
        {
            _normOutputs[call] = Keep(output);
        }

        return output;
    }

    private static bool Same(Tensor one, Tensor other) => one.shape.SequenceEqual(other.shape) && !one.ne(other).any().item<bool>();

    private static Tensor Keep(Tensor value) => value.detach().clone().DetachFromDisposeScope();

    private void Forget()
    {
        _noise.Forget();
        _witness.Forget();
        foreach (var kept in _normOutputs.Values.Concat(_outputs ?? []))
        {
            kept.Dispose();
        }

        _normOutputs.Clear();
        _outputs = null;
    }
}
