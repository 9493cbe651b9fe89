using AbsBuildTasks.Search.Kernels;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Runs a network in which weighted layers give out markers instead of results and normalisations pass their input
/// through, and tells which input channels the markers reach. Everything else runs as it is.
/// </summary>
/// <remarks>
/// Consumers are the weighted layers, then the normalisations. The first example carries positive markers and the
/// second negative ones, so that rectifiers hide neither. Parameters of everything that runs as it is stand at other
/// values meanwhile: a shift or a factor that starts at zero will not stay there.
/// </remarks>
internal sealed class MarkerRun : IDisposable
{
    private readonly ModelNetwork _network;
    private readonly NetworkProbe _probe;
    private readonly IReadOnlyList<Tensor> _inputs;
    private readonly HookSet _hooks = new();
    private readonly bool[]?[] _markers;
    private readonly bool[]?[] _lit;
    private readonly List<(Tensor Parameter, Tensor Value)> _displaced = [];
    private int? _darkNorm;

    /// <summary>Installs the hooks.</summary>
    /// <param name="network">The network; left in evaluation mode.</param>
    /// <param name="probe">Its layers.</param>
    /// <param name="example">A batch, each input <c>[N, …]</c>; only the shape of an example matters.</param>
    public MarkerRun(ModelNetwork network, NetworkProbe probe, IReadOnlyList<Tensor> example)
    {
        _network = network;
        _probe = probe;
        _inputs = [.. example.Select(TwoExamples)];
        _markers = new bool[probe.Layers.Count][];
        _lit = new bool[probe.Layers.Count + probe.Norms.Count][];
        network.Module.eval();
        Displace();
        InstallHooks();
    }

    /// <summary>A run without markers.</summary>
    /// <returns>The network's outputs, and for each consumer which channels are not zero.</returns>
    public (IReadOnlyList<Tensor> Outputs, bool[][] Lit) Dark()
    {
        Array.Clear(_markers);
        return Run();
    }

    /// <summary>A run in which some filters of one layer carry markers.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="filters">Which of its filters.</param>
    /// <param name="darkNorm">A normalisation that lets nothing through, or null.</param>
    /// <inheritdoc cref="Dark"/>
    public (IReadOnlyList<Tensor> Outputs, bool[][] Lit) Only(int layer, bool[] filters, int? darkNorm = null)
    {
        Array.Clear(_markers);
        _markers[layer] = filters;
        _darkNorm = darkNorm;
        var result = Run();
        _darkNorm = null;
        return result;
    }

    /// <summary>A run in which filters of all layers carry markers.</summary>
    /// <param name="filters">For each layer which of its filters.</param>
    /// <inheritdoc cref="Dark"/>
    public (IReadOnlyList<Tensor> Outputs, bool[][] Lit) All(Func<int, IEnumerable<bool>> filters)
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
        using var noGradient = no_grad();
        foreach (var (parameter, value) in _displaced)
        {
            _ = parameter.copy_(value);
        }
    }

    private (IReadOnlyList<Tensor> Outputs, bool[][] Lit) Run()
    {
        // A trace takes hundreds of runs; what one leaves behind must not wait for the last.
        using var scope = NewDisposeScope();
        Array.Clear(_lit);
        var outputs = _network.Call(_inputs).Select(output => output.MoveToOuterDisposeScope()).ToArray();
        return (outputs, [.. _lit.Select(lit => lit!)]);
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
            _hooks.After(layer.Module, (_, _, output) => Marker(_markers[index], Size(index), output, layer.ChannelDimension));
        }

        for (var i = 0; i < _probe.Norms.Count; i++)
        {
            var (index, norm) = (_probe.Layers.Count + i, _probe.Norms[i]);
            _hooks.Before(norm.Module, (_, input) => See(index, input, 1));
            _hooks.After(norm.Module, (_, input, _) => _darkNorm == index - _probe.Layers.Count ? zeros_like(input) : input);
        }
    }

    private void Displace()
    {
        var known = _probe.Layers.Select(layer => (Module)layer.Module)
            .Concat(_probe.Norms.Select(norm => norm.Module))
            .SelectMany(module => module.parameters())
            .Select(parameter => parameter.Handle)
            .ToHashSet();
        foreach (var parameter in _network.Module.parameters().Where(parameter => parameter.is_floating_point() && !known.Contains(parameter.Handle)))
        {
            _displaced.Add((parameter, parameter.detach().clone()));
            _ = parameter.uniform_(0.5, 1.5);
        }
    }

    private Tensor? See(int consumer, Tensor input, int channelDimension)
    {
        var lit = input.movedim([channelDimension], [0]).flatten(1).ne(0).any(1).cpu().data<bool>().ToArray();

        // A module that is called twice is reached by what reaches either call.
        _lit[consumer] = _lit[consumer] is { } before ? [.. before.Zip(lit, (a, b) => a || b)] : lit;
        return null;
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
        var half = output.shape[0] / 2;
        return cat([marker.narrow(0, 0, half), marker.narrow(0, half, output.shape[0] - half).neg()]);
    }
}
