using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Quantization;
using AbsBuildTasks.Search.Structure;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Compression;

/// <summary>
/// A network that runs under compression: hooks quantise each layer's input and weight, and mask pruned filters, so
/// that the network itself stays as its author wrote it.
/// </summary>
internal sealed class CompressedNetwork : IDisposable
{
    private readonly HookSet _hooks = new();
    private readonly NetworkProbe _probe;
    private readonly Calibration _calibration;
    private IReadOnlyList<Tensor> _filterGates = [];
    private bool _on;

    /// <summary>Puts a network under compression; until <see cref="Calibrate"/> it still runs in full precision.</summary>
    /// <param name="network">The network.</param>
    /// <param name="probe">Its layers.</param>
    /// <param name="map">How channels flow between them; owned from here on.</param>
    /// <param name="settings">Candidate bitwidths, filter groups and what to keep.</param>
    public CompressedNetwork(Module<Tensor, Tensor> network, NetworkProbe probe, ChannelMap map, SearchSettings settings)
    {
        Network = network;
        _probe = probe;
        Map = map;
        WeightGrid = QuantizationGrid.Of(settings.Grid);
        Layers = [.. probe.Layers.Select((layer, i) => Compressor(layer, i, settings))];
        _calibration = new Calibration(this);
        InstallHooks();
    }

    /// <summary>The network.</summary>
    public Module<Tensor, Tensor> Network { get; }

    /// <summary>Where the network computes.</summary>
    public Device Device => Layers[0].Layer.Weight.device;

    /// <summary>How channels flow between layers.</summary>
    public ChannelMap Map { get; }

    /// <summary>The weighted layers in call order.</summary>
    public IReadOnlyList<LayerCompressor> Layers { get; }

    /// <summary>The normalising layers.</summary>
    public IReadOnlyList<NormLayer> Norms => _probe.Norms;

    /// <summary>The grid of the weights.</summary>
    public QuantizationGrid WeightGrid { get; }

    /// <summary>Each layer's filter gates in the latest run, <c>[filters]</c> each, with gradients.</summary>
    public IReadOnlyList<Tensor> FilterGates => _filterGates;

    /// <summary>The network's own parameters and the clipping intervals: what trains whether gates are frozen or not.</summary>
    public IEnumerable<Parameter> Trainable() =>
        Network.parameters().Concat(Layers.SelectMany(layer => new[] { layer.Weights.Interval, layer.Activations.Interval }));

    /// <summary>Chooses grids and intervals from full-precision activations, then turns compression on.</summary>
    /// <param name="batches">A few batches of training inputs.</param>
    public void Calibrate(IEnumerable<Tensor> batches)
    {
        _calibration.Run(batches);
        _on = true;
    }

    /// <summary>Runs a batch.</summary>
    /// <param name="input"><c>[N, …]</c>.</param>
    public Tensor Run(Tensor input)
    {
        _filterGates = [.. Layers.Select(Gates)];
        return Network.call(input);
    }

    /// <summary>What the gates choose at the moment, or what has been frozen.</summary>
    public IReadOnlyList<LayerDecision> Decisions() => [.. Layers.Select(layer => layer.Decision ?? layer.Chosen())];

    /// <summary>Fixes decisions; from here on only weights and intervals train.</summary>
    public void Freeze(IReadOnlyList<LayerDecision> decisions)
    {
        for (var i = 0; i < Layers.Count; i++)
        {
            Layers[i].Decision = decisions[i];
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _hooks.Dispose();
        Map.Dispose();
        foreach (var layer in Layers)
        {
            layer.Dispose();
        }
    }

    private static Tensor Gates(LayerCompressor layer) => layer.Decision is { } decision
        ? tensor(decision.Kept.Select(kept => kept ? 1f : 0f).ToArray(), device: layer.Layer.Weight.device)
        : layer.Filters.Open();

    private LayerCompressor Compressor(WeightedLayer layer, int index, SearchSettings settings)
    {
        var pinned = settings.KeepFirstAndLast && (index == 0 || index == _probe.Layers.Count - 1);
        var chain = pinned ? BitChain.Of(settings.Bits.Highest) : settings.Bits;
        var gates = new FilterGates(layer, settings.FilterGroup, Map.Prunable[index] && !pinned);
        return new LayerCompressor(layer, chain, chain, gates) { MaskHere = !MaskedByNorm(index) };
    }

    /// <summary>
    /// Whether a normalisation follows that is fed by this layer alone. Masking there instead of here keeps the
    /// statistics and the gradient of a closed filter alive, so that it can come back.
    /// </summary>
    private bool MaskedByNorm(int layer) => Map.Norms.Any(norm =>
        norm.Channels.All(sources => sources is null || (sources.Count == 1 && sources[0].Layer == layer))
        && norm.Channels.Any(sources => sources is not null));

    private void InstallHooks()
    {
        for (var i = 0; i < Layers.Count; i++)
        {
            var (index, layer) = (i, Layers[i]);
            _hooks.Before(layer.Layer.Module, (_, input) =>
            {
                _calibration.See(index, input);
                return _on ? layer.Enter(input, _filterGates[index]) : null;
            });
            _hooks.After(layer.Layer.Module, (_, _, _) =>
            {
                layer.Leave();
                return null;
            });
        }

        foreach (var (norm, sources) in _probe.Norms.Zip(Map.Norms).Where(pair => pair.Second.CanChange))
        {
            if (norm.Weight is null || norm.Bias is null)
            {
                _hooks.After(norm.Module, (_, _, output) => _on ? output.mul(ChannelShaped(sources.Live(_filterGates), output)) : null);
                continue;
            }

            _hooks.Before(norm.Module, (module, _) =>
            {
                if (_on)
                {
                    var live = sources.Live(_filterGates);
                    WeightSlot.Set(module, norm.Weight.mul(live).InSlot(), norm.Bias.mul(live).InSlot());
                }

                return null;
            });
            _hooks.After(norm.Module, (module, _, _) =>
            {
                WeightSlot.Set(module, norm.Weight, norm.Bias);
                return null;
            });
        }
    }

    private static Tensor ChannelShaped(Tensor channels, Tensor output)
    {
        var shape = new long[output.dim()];
        Array.Fill(shape, 1);
        shape[1] = -1;
        return channels.reshape(shape);
    }
}
