using AbsBuildTasks.Search.Hooks;
using AbsBuildTasks.Search.Kernels;
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
    private readonly bool _hasNan;
    private readonly CancellationToken _cancellation;
    private readonly HookSet _hooks = new();
    private readonly Displacement _displacement;
    private readonly Dictionary<(int Layer, int Call, bool IsTaint), Tensor> _noise = [];
    private readonly Dictionary<(int Consumer, int Call), Tensor> _inputs = [];
    private readonly Dictionary<(int Norm, int Call), Tensor> _normOutputs = [];
    private readonly FilterFeed[]?[] _feeds;
    private readonly bool[][] _lit;
    private readonly bool[][] _touched;
    private readonly int[] _calls;
    private readonly long[] _values;
    private TraceDraw _draw = new(0);
    private IReadOnlyList<Tensor>? _outputs;
    private bool[] _blocked;
    private Mode _mode;
    private bool _sameWay;

    /// <summary>Installs the hooks.</summary>
    /// <param name="network">The network; its parameters and buffers are as before at the end, but not what it keeps elsewhere.</param>
    /// <param name="probe">Its layers.</param>
    /// <param name="examples">Real examples, each input <c>[N, …]</c>.</param>
    /// <param name="hasNan">Whether taints hold what is no number, which not every network bears.</param>
    /// <param name="cancellation">Ends it before the next run.</param>
    public TraceRun(ModelNetwork network, NetworkProbe probe, IReadOnlyList<Tensor> examples, bool hasNan, CancellationToken cancellation)
    {
        _network = network;
        _probe = probe;
        _examples = examples;
        _hasNan = hasNan;
        _cancellation = cancellation;
        _feeds = new FilterFeed[probe.Layers.Count][];
        _lit = [.. Consumers.Select(channels => new bool[channels])];
        _touched = [.. Consumers.Select(channels => new bool[channels])];
        _calls = new int[_lit.Length];
        _values = new long[_lit.Length];
        _blocked = new bool[probe.Norms.Count];
        Unmasked = [.. Consumers.Select(channels => new bool[channels])];
        _displacement = new Displacement(network.Module, probe);
        InstallHooks();
    }

    private enum Mode
    {
        /// <summary>What is seen is kept.</summary>
        Base,

        /// <summary>What is seen is compared with the base run.</summary>
        Compared,

        /// <summary>Only zeros count.</summary>
        Alone,
    }

    /// <summary>Whether inputs that are not whole numbers are noise, and not the real examples alone.</summary>
    public bool HasNoisyInputs { get; private set; }

    /// <summary>
    /// For each consumer and channel whether, of a normalisation or a tied layer, the channel keeps its shift whatever is
    /// pruned. May be changed between runs.
    /// </summary>
    public bool[][] Unmasked { get; }

    private IEnumerable<int> Consumers => _probe.Layers.Select(layer => layer.Shape.InputChannels).Concat(_probe.Norms.Select(norm => norm.Channels));

    /// <summary>Finds out whether the network bears noise as its inputs: an index or a logarithm may not.</summary>
    public void FindInputs() => HasNoisyInputs = BearsNoise();

    /// <summary>Runs what later runs are compared with.</summary>
    /// <param name="draw">The noise.</param>
    /// <param name="feeds">For each layer what its filters give; null for a tied layer that runs itself.</param>
    public TraceSight Base(TraceDraw draw, Func<int, FilterFeed[]?> feeds)
    {
        Forget();
        return Run(draw, feeds, Mode.Base, blocked: null);
    }

    /// <summary>Runs the network on the noise of the base run, and compares.</summary>
    /// <param name="feeds">As there.</param>
    /// <param name="blocked">For each normalisation whether it gives what it gave in the base run; null for none.</param>
    public TraceSight Compared(Func<int, FilterFeed[]?> feeds, bool[]? blocked = null) => Run(_draw, feeds, Mode.Compared, blocked);

    /// <summary>Runs the network on other noise, and compares with nothing. The base run is forgotten.</summary>
    /// <param name="draw">The noise.</param>
    /// <param name="feeds">As there.</param>
    public TraceSight Alone(TraceDraw draw, Func<int, FilterFeed[]?> feeds)
    {
        if (draw != _draw || _outputs is not null)
        {
            Forget();
        }

        return Run(draw, feeds, Mode.Alone, blocked: null);
    }

    /// <summary>Whether all that the base run saw is a number.</summary>
    public bool IsFinite()
    {
        using var scope = NewDisposeScope();
        return _inputs.Values.Concat(_outputs!).All(value => !value.is_floating_point() || value.isfinite().all().item<bool>());
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _hooks.Dispose();
        _displacement.Dispose();
        Forget();
        _network.Module.eval();
    }

    private TraceSight Run(TraceDraw draw, Func<int, FilterFeed[]?> feeds, Mode mode, bool[]? blocked)
    {
        _cancellation.ThrowIfCancellationRequested();

        // A trace takes many runs; what one leaves behind must not wait for the last.
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        (_draw, _mode, _blocked, _sameWay) = (draw, mode, blocked ?? new bool[_blocked.Length], true);
        for (var i = 0; i < _feeds.Length; i++)
        {
            _feeds[i] = feeds(i);
        }

        Array.ForEach(_lit, Array.Clear);
        Array.ForEach(_touched, Array.Clear);
        Array.Clear(_calls);
        Array.Clear(_values);
        _network.Module.train(draw.Training);
        _displacement.IsNegative = draw.NegativeState;

        // What the network itself draws must be the same in each run.
        manual_seed(draw.Seed).Dispose();
        var outputs = _network.Call(Inputs());
        if (mode == Mode.Base)
        {
            _outputs = [.. outputs.Select(Keep)];
        }

        var reachesOutput = mode == Mode.Compared && (outputs.Count != _outputs!.Count || outputs.Zip(_outputs).Any(pair => !Same(pair.First, pair.Second)));
        return new TraceSight(reachesOutput, _sameWay, [.. _values], Copy(_lit), Copy(_touched));

        static bool[][] Copy(bool[][] flags) => [.. flags.Select(channels => channels.ToArray())];
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

        FilterFeed[]? Noise(int layer) => _probe.Layers[layer].IsTied ? null : [.. Enumerable.Repeat(FilterFeed.Noise, _probe.Layers[layer].Shape.Filters)];
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
            _hooks.Before(layer.Module, input => See(index, input, layer.ChannelDimension));
            _hooks.After(layer.Module, (_, output) => _feeds[index] is { } feeds
                ? Fed(index, feeds, output, layer.FilterDimension)
                : Shifted(output, [.. Enumerable.Range(0, layer.Shape.Filters).Select(filter => Unmasked[index][layer.InputOf(filter)])], layer.FilterDimension, onlyWhereLit: false));
        }

        for (var i = 0; i < _probe.Norms.Count; i++)
        {
            var (index, norm) = (i, _probe.Norms[i]);
            var consumer = _probe.Layers.Count + i;
            _hooks.Before(norm.Module, input => See(consumer, input, 1));
            _hooks.After(norm.Module, (input, _) => Pass(index, input));
        }
    }

    private Tensor? See(int consumer, Tensor input, int? channelDimension)
    {
        using var scope = NewDisposeScope();
        var call = (consumer, _calls[consumer]++);
        Mark(_lit[consumer], channelDimension is null ? ones_like(input, dtype: ScalarType.Bool) : _draw.NegativeState ? input.ne(0).logical_and_(input.isnan().logical_not()) : input.ne(0));
        _values[consumer] += input.numel();
        if (_mode == Mode.Base)
        {
            _inputs[call] = Keep(input);
        }

        if (_mode != Mode.Compared)
        {
            return null;
        }

        if (!_inputs.TryGetValue(call, out var before) || !before.shape.SequenceEqual(input.shape))
        {
            _sameWay = false;
        }
        else
        {
            Mark(_touched[consumer], input.ne(before));
        }

        return null;

        // A module that is called twice is reached by what reaches either call.
        void Mark(bool[] flags, Tensor places)
        {
            if (channelDimension is not { } dimension)
            {
                // An index picks from all that there is.
                Array.Fill(flags, flags.Contains(true) || places.any().item<bool>());
                return;
            }

            var channels = Channels.Rows(places, dimension).any(1).cpu().data<bool>();
            for (var c = 0; c < flags.Length; c++)
            {
                flags[c] |= channels[c];
            }
        }
    }

    private Tensor Fed(int layer, FilterFeed[] feeds, Tensor output, int channelDimension)
    {
        using var scope = NewDisposeScope();
        var call = _calls[layer];
        var result = NoiseOf(isTaint: false).mul(Flags(FilterFeed.Noise).to(output.dtype));
        if (feeds.Contains(FilterFeed.Taint))
        {
            result = where(Flags(FilterFeed.Taint), NoiseOf(isTaint: true), result);
        }

        return result.MoveToOuterDisposeScope();

        Tensor Flags(FilterFeed feed) => tensor(feeds.Select(filter => filter == feed).ToArray(), device: output.device).Along(output, channelDimension);

        Tensor NoiseOf(bool isTaint)
        {
            if (!_noise.TryGetValue((layer, call, isTaint), out var noise) || !noise.shape.SequenceEqual(output.shape))
            {
                noise?.Dispose();
                var place = (layer << 20) + call;
                noise = isTaint ? TraceNoise.Taint(_draw, place, output, channelDimension, _hasNan) : TraceNoise.Of(_draw, place, output);
                _noise[(layer, call, isTaint)] = noise.DetachFromDisposeScope();
            }

            return noise;
        }
    }

    private Tensor Pass(int norm, Tensor input)
    {
        var consumer = _probe.Layers.Count + norm;
        var call = (norm, _calls[consumer]);
        if (_blocked[norm] && _normOutputs.TryGetValue(call, out var before))
        {
            return before.clone();
        }

        // One that is called again would, while one of its inputs is live, turn zeros of another into its shift.
        var unmasked = _probe.Norms[norm].Calls > 1 ? [.. Enumerable.Repeat(true, _probe.Norms[norm].Channels)] : Unmasked[consumer];
        var output = Shifted(input, unmasked, 1, onlyWhereLit: true);
        if (_mode == Mode.Base)
        {
            _normOutputs[call] = Keep(output);
        }

        return output;
    }

    /// <summary>The values with a shift for each channel that depends on all its values, as a normalisation's result does.</summary>
    /// <param name="values">Any shape.</param>
    /// <param name="always">For each channel whether it is shifted even where it is zero.</param>
    /// <param name="channelDimension">The dimension that counts channels.</param>
    /// <param name="onlyWhereLit">Whether other channels are shifted where they are not zero, or not at all.</param>
    private static Tensor Shifted(Tensor values, bool[] always, int channelDimension, bool onlyWhereLit)
    {
        using var scope = NewDisposeScope();
        var flags = tensor(always, device: values.device);
        var channels = Channels.Rows(values, channelDimension);
        flags = onlyWhereLit ? flags.logical_or(channels.ne(0).any(1)) : flags;
        var shift = channels.mean([1]).mul_(0.37).add_(0.71);
        return values.add(where(flags, shift, zeros_like(shift)).Along(values, channelDimension)).MoveToOuterDisposeScope();
    }

    private static bool Same(Tensor one, Tensor other) => one.shape.SequenceEqual(other.shape) && !one.ne(other).any().item<bool>();

    private static Tensor Keep(Tensor value) => value.detach().clone().DetachFromDisposeScope();

    private void Forget()
    {
        foreach (var kept in _noise.Values.Concat(_inputs.Values).Concat(_normOutputs.Values).Concat(_outputs ?? []))
        {
            kept.Dispose();
        }

        _noise.Clear();
        _inputs.Clear();
        _normOutputs.Clear();
        _outputs = null;
    }
}
