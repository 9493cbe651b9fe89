using AbsBuildTasks.Search.Kernels;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Runs a network in which weighted layers give out markers instead of results and normalisations pass their input
/// through, and tells which input channels the markers reach. Everything else runs as it is.
/// </summary>
/// <remarks>
/// A tied layer, a depthwise convolution, lets markers through as well, on weights above zero and without its bias.
/// A normalisation that is called again would, while one of its inputs is live, turn zeros of another into its shift:
/// it gives a constant beside the markers, so that what follows it counts as live.
/// Consumers are the weighted layers, then the normalisations. The first example carries positive markers and the
/// second negative ones, so that rectifiers hide neither. Parameters of everything that runs as it is stand at other
/// values meanwhile: a shift or a factor that starts at zero will not stay there.
/// </remarks>
internal sealed class MarkerRun : IDisposable
{
    // Larger than any marker, which must not cancel it out, and small enough for a marker to make a difference.
    private const float SharedNorm = 1e4f;

    private readonly ModelNetwork _network;
    private readonly NetworkProbe _probe;
    private readonly IReadOnlyList<Tensor> _inputs;
    private readonly CancellationToken _cancellation;
    private readonly HookSet _hooks = new();
    private readonly bool[]?[] _markers;
    private readonly bool[]?[] _lit;
    private readonly bool[]?[] _changed;
    private readonly Dictionary<(int Consumer, int Call), Tensor> _dark = [];
    private readonly int[] _calls;
    private readonly List<(Tensor Parameter, Tensor Value)> _displaced = [];
    private IReadOnlyList<Tensor>? _darkOutputs;
    private int? _darkNorm;

    /// <summary>Installs the hooks.</summary>
    /// <param name="network">The network; left in evaluation mode.</param>
    /// <param name="probe">Its layers.</param>
    /// <param name="example">A batch, each input <c>[N, …]</c>; only the shape of an example matters.</param>
    /// <param name="cancellation">Ends it before the next run; parameters are as before all the same.</param>
    public MarkerRun(ModelNetwork network, NetworkProbe probe, IReadOnlyList<Tensor> example, CancellationToken cancellation)
    {
        _network = network;
        _cancellation = cancellation;
        _probe = probe;
        _inputs = [.. example.Select(TwoExamples)];
        _markers = new bool[probe.Layers.Count][];
        _lit = new bool[probe.Layers.Count + probe.Norms.Count][];
        _changed = new bool[_lit.Length][];
        _calls = new int[_lit.Length];
        network.Module.eval();
        Displace();
        InstallHooks();
        DarkLit = Sight().Lit;
    }

    /// <summary>For each consumer which channels are not zero in a run without markers.</summary>
    public bool[][] DarkLit { get; }

    /// <summary>A run in which some filters of one layer carry markers.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="filters">Which of its filters.</param>
    /// <param name="darkNorm">A normalisation that lets nothing through, or null.</param>
    public MarkerSight Only(int layer, bool[] filters, int? darkNorm = null)
    {
        Array.Clear(_markers);
        _markers[layer] = filters;
        _darkNorm = darkNorm;
        var sight = Run();
        _darkNorm = null;
        return sight;
    }

    /// <summary>A run in which filters of all layers carry markers.</summary>
    /// <param name="filters">For each layer which of its filters.</param>
    public MarkerSight All(Func<int, IEnumerable<bool>> filters)
    {
        for (var i = 0; i < _markers.Length; i++)
        {
            _markers[i] = [.. filters(i)];
        }

        return Run();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _hooks.Dispose();
        foreach (var dark in _dark.Values)
        {
            dark.Dispose();
        }

        using var noGradient = no_grad();
        foreach (var (parameter, value) in _displaced)
        {
            _ = parameter.copy_(value);
        }
    }

    private MarkerSight Run()
    {
        _cancellation.ThrowIfCancellationRequested();

        // A trace takes hundreds of runs; what one leaves behind must not wait for the last.
        using var scope = NewDisposeScope();
        return Sight();
    }

    /// <summary>The first time, without markers, keeps what later runs are compared with.</summary>
    private MarkerSight Sight()
    {
        Array.Clear(_lit);
        Array.Clear(_changed);
        Array.Clear(_calls);
        var outputs = _network.Call(_inputs);
        var reachesOutput = _darkOutputs is not null && outputs.Zip(_darkOutputs).Any(pair => pair.First.ne(pair.Second).any().item<bool>());
        _darkOutputs ??= outputs;
        return new MarkerSight(reachesOutput, [.. _lit.Select(lit => lit!)], [.. _changed.Select(changed => changed!)]);
    }

    private static Tensor TwoExamples(Tensor input)
    {
        var one = input[TensorIndex.Slice(0, 1)];
        return one.is_floating_point() ? cat([ones_like(one), ones_like(one).neg()]) : cat([one, one]);
    }

    private void InstallHooks()
    {
        for (var i = 0; i < _probe.Layers.Count; i++)
        {
            var (index, layer) = (i, _probe.Layers[i]);
            _hooks.Before(layer.Module, (_, input) => See(index, input, layer.ChannelDimension));
            if (!layer.IsTied)
            {
                _hooks.After(layer.Module, (_, _, output) => Marker(_markers[index], Size(index), output, layer.ChannelDimension));
            }
        }

        for (var i = 0; i < _probe.Norms.Count; i++)
        {
            var (index, norm) = (_probe.Layers.Count + i, _probe.Norms[i]);
            _hooks.Before(norm.Module, (_, input) => See(index, input, 1));
            _hooks.After(norm.Module, (_, input, _) => _darkNorm == index - _probe.Layers.Count
                ? zeros_like(input)
                : norm.Calls > 1 ? input.add(Signed(ones_like(input).mul_(SharedNorm))) : input);
        }
    }

    private void Displace()
    {
        var replaced = _probe.Layers.Where(layer => !layer.IsTied).Select(layer => (Module)layer.Module)
            .Concat(_probe.Norms.Select(norm => norm.Module))
            .SelectMany(module => module.parameters())
            .Select(parameter => parameter.Handle)
            .ToHashSet();
        foreach (var parameter in _network.Module.parameters().Where(parameter => parameter.is_floating_point() && !replaced.Contains(parameter.Handle)))
        {
            _displaced.Add((parameter, parameter.detach().clone()));
            _ = parameter.uniform_(0.5, 1.5);
        }

        foreach (var layer in _probe.Layers.Where(layer => layer.IsTied))
        {
            // Markers must not grow from layer to layer.
            _ = layer.Weight.div_(layer.Shape.KernelSize);
            _ = layer.Bias?.zero_();
        }
    }

    private Tensor? See(int consumer, Tensor input, int channelDimension)
    {
        using var scope = NewDisposeScope();
        var lit = Channels(input.ne(0));
        var changed = lit;
        var call = (consumer, _calls[consumer]++);
        if (_darkOutputs is null)
        {
            // Where nothing is lit, what is lit later has changed; the rest is kept to compare with.
            if (lit.Contains(true))
            {
                _dark[call] = input.clone().DetachFromDisposeScope();
            }
        }
        else if (_dark.TryGetValue(call, out var dark))
        {
            changed = Channels(input.ne(dark));
        }

        // A module that is called twice is reached by what reaches either call.
        _lit[consumer] = Either(_lit[consumer], lit);
        _changed[consumer] = Either(_changed[consumer], changed);
        return null;

        bool[] Channels(Tensor flags) => flags.movedim([channelDimension], [0]).flatten(1).any(1).cpu().data<bool>().ToArray();

        static bool[] Either(bool[]? before, bool[] now) => before is null ? now : [.. before.Zip(now, (a, b) => a || b)];
    }

    /// <summary>Layers' markers differ, so that differences and products of them do not cancel out.</summary>
    private static float Size(int layer) => 1 + (0.618f * layer);

    private static Tensor Marker(bool[]? filters, float size, Tensor output, int channelDimension)
    {
        if (filters is null)
        {
            return zeros_like(output);
        }

        var marker = tensor(filters.Select(on => on ? size : 0f).ToArray(), dtype: output.dtype, device: output.device)
            .Along(output, channelDimension)
            .expand(output.shape);
        return Signed(marker);
    }

    /// <summary>The same with the second example negated.</summary>
    private static Tensor Signed(Tensor markers)
    {
        var half = markers.shape[0] / 2;
        return cat([markers.narrow(0, 0, half), markers.narrow(0, half, markers.shape[0] - half).neg()]);
    }
}
