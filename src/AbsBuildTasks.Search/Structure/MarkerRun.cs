using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Runs a network in which weighted layers give out markers instead of results and normalisations pass their input
/// through, and tells which input channels the markers reach. Everything else runs as it is.
/// </summary>
/// <remarks>
/// Consumers are the weighted layers, then the normalisations. The first example carries positive markers and the
/// second negative ones, so that rectifiers hide neither.
/// </remarks>
internal sealed class MarkerRun : IDisposable
{
    private readonly Module<Tensor, Tensor> _network;
    private readonly NetworkProbe _probe;
    private readonly Tensor _input;
    private readonly HookSet _hooks = new();
    private readonly bool[]?[] _markers;
    private readonly bool[]?[] _lit;

    /// <summary>Installs the hooks.</summary>
    /// <param name="network">The network; left in evaluation mode.</param>
    /// <param name="probe">Its layers.</param>
    /// <param name="example">A batch, <c>[N, …]</c>; only the shape of an example matters.</param>
    public MarkerRun(Module<Tensor, Tensor> network, NetworkProbe probe, Tensor example)
    {
        _network = network;
        _probe = probe;
        var ones = ones_like(example[TensorIndex.Slice(0, 1)]);
        _input = cat([ones, ones.neg()]);
        _markers = new bool[probe.Layers.Count][];
        _lit = new bool[probe.Layers.Count + probe.Norms.Count][];
        network.eval();
        InstallHooks();
    }

    /// <summary>A run without markers.</summary>
    /// <returns>The network's output, and for each consumer which channels are not zero.</returns>
    public (Tensor Output, bool[][] Lit) Dark()
    {
        Array.Clear(_markers);
        return Run();
    }

    /// <summary>A run in which some filters of one layer carry markers.</summary>
    /// <inheritdoc cref="Dark"/>
    public (Tensor Output, bool[][] Lit) Only(int layer, bool[] filters)
    {
        Array.Clear(_markers);
        _markers[layer] = filters;
        return Run();
    }

    /// <summary>A run in which all filters of all layers carry markers.</summary>
    /// <returns>For each consumer which channels are not zero.</returns>
    public bool[][] AllLit()
    {
        for (var i = 0; i < _markers.Length; i++)
        {
            _markers[i] = [.. Enumerable.Repeat(true, _probe.Layers[i].Shape.Filters)];
        }

        return Run().Lit;
    }

    /// <inheritdoc />
    public void Dispose() => _hooks.Dispose();

    private (Tensor Output, bool[][] Lit) Run()
    {
        Array.Clear(_lit);
        var output = _network.call(_input);
        return (output, [.. _lit.Select(lit => lit!)]);
    }

    private void InstallHooks()
    {
        for (var i = 0; i < _probe.Layers.Count; i++)
        {
            var (index, layer) = (i, _probe.Layers[i]);
            _hooks.Before(layer.Module, (_, input) => See(index, input, layer.ChannelDimension));
            _hooks.After(layer.Module, (_, _, output) => Marker(_markers[index], output, layer.ChannelDimension));
        }

        for (var i = 0; i < _probe.Norms.Count; i++)
        {
            var (index, norm) = (_probe.Layers.Count + i, _probe.Norms[i]);
            _hooks.Before(norm.Module, (_, input) => See(index, input, 1));
            _hooks.After(norm.Module, (_, input, _) => input);
        }
    }

    private Tensor? See(int consumer, Tensor input, int channelDimension)
    {
        var lit = input.movedim([channelDimension], [0]).flatten(1).ne(0).any(1).cpu().data<bool>().ToArray();

        // A module that is called twice is reached by what reaches either call.
        _lit[consumer] = _lit[consumer] is { } before ? [.. before.Zip(lit, (a, b) => a || b)] : lit;
        return null;
    }

    private static Tensor Marker(bool[]? filters, Tensor output, int channelDimension)
    {
        if (filters is null)
        {
            return zeros_like(output);
        }

        var shape = new long[output.dim()];
        Array.Fill(shape, 1);
        shape[channelDimension < 0 ? ^1 : channelDimension] = filters.Length;
        var marker = tensor(filters.Select(on => on ? 1f : 0f).ToArray(), dtype: output.dtype, device: output.device)
            .reshape(shape)
            .expand(output.shape);
        var half = output.shape[0] / 2;
        return cat([marker.narrow(0, 0, half), marker.narrow(0, half, output.shape[0] - half).neg()]);
    }
}
