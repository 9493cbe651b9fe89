using AbsBuildTasks.Search.Quantization;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Compression;

/// <summary>Watches full-precision activations and chooses each tensor's grid and clipping interval from them.</summary>
internal sealed class Calibration(CompressedNetwork network)
{
    // Of each layer and batch; more values would not move an interval, only fill memory.
    private const int SampleSize = 1 << 15;

    private readonly Dictionary<int, List<Tensor>> _samples = [];
    private readonly HashSet<int> _signed = [];
    private bool _watching;

    /// <summary>Keeps a sample of what goes into a layer, while calibrating.</summary>
    public void See(int layer, Tensor input)
    {
        if (!_watching || !network.Layers[layer].Activations.IsQuantized)
        {
            return;
        }

        if (!_samples.TryGetValue(layer, out var samples))
        {
            _samples[layer] = samples = [];
        }

        var flat = input.detach().flatten();
        if (flat.min().to(ScalarType.Float64).item<double>() < 0)
        {
            _signed.Add(layer);
        }

        var stride = Math.Max(1, flat.shape[0] / SampleSize);
        samples.Add(flat[TensorIndex.Slice(0, null, stride)].clone().DetachFromDisposeScope());
    }

    /// <summary>Runs batches in full precision and fits all quantisers.</summary>
    public void Run(IEnumerable<IReadOnlyList<Tensor>> batches)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        network.Network.Module.eval();
        _watching = true;
        foreach (var batch in batches)
        {
            _ = network.Network.Call(batch);
        }

        _watching = false;
        for (var i = 0; i < network.Layers.Count; i++)
        {
            var layer = network.Layers[i];
            if (_samples.TryGetValue(i, out var samples))
            {
                layer.Activations.Fit(cat(samples), network.HasSignedInputs || _signed.Contains(i) ? QuantizationGrid.Symmetric : QuantizationGrid.Unsigned);
                if (network.SharesIntervals && Enumerable.Range(0, i).Where(other => TakeTheSame(other, i)).Select(other => (int?)other).FirstOrDefault() is { } first)
                {
                    layer.Activations.ShareInterval(network.Layers[first].Activations);
                }
            }

            layer.FitWeights(network.WeightGrid);
        }

        foreach (var gates in network.FilterGates)
        {
            gates.Calibrate();
        }

        foreach (var sample in _samples.Values.SelectMany(samples => samples))
        {
            sample.Dispose();
        }

        _samples.Clear();
    }

    /// <summary>Whether two layers take the same tensor: then all its values are the same. Nothing is told of tensors of zeros.</summary>
    private bool TakeTheSame(int first, int second) =>
        _samples.TryGetValue(first, out var ones) && _samples[second] is var others
        && ones.Count == others.Count
        && _signed.Contains(first) == _signed.Contains(second)
        && network.Layers[first].Activations.Chain.Equals(network.Layers[second].Activations.Chain)
        && ones.Zip(others).All(pair => pair.First.shape[0] == pair.Second.shape[0] && pair.First.eq(pair.Second).all().item<bool>())
        && ones.Exists(sample => sample.count_nonzero().item<long>() > 0);
}
