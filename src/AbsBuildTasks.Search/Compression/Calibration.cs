using AbsBuildTasks.Search.Quantization;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Compression;

/// <summary>Watches full-precision activations and chooses each tensor's grid and clipping interval from them.</summary>
internal sealed class Calibration(CompressedNetwork network)
{
    private readonly Dictionary<int, List<Tensor>> _inputs = [];
    private bool _watching;

    /// <summary>Keeps what goes into a layer, while calibrating.</summary>
    public void See(int layer, Tensor input)
    {
        if (_watching)
        {
            if (!_inputs.TryGetValue(layer, out var seen))
            {
                _inputs[layer] = seen = [];
            }

            seen.Add(input.detach().flatten().DetachFromDisposeScope());
        }
    }

    /// <summary>Runs batches in full precision and fits all quantisers.</summary>
    public void Run(IEnumerable<Tensor> batches)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        network.Network.eval();
        _watching = true;
        foreach (var batch in batches)
        {
            _ = network.Network.call(batch);
        }

        _watching = false;
        for (var i = 0; i < network.Layers.Count; i++)
        {
            var layer = network.Layers[i];
            var values = cat(_inputs[i]);
            _inputs[i].ForEach(input => input.Dispose());
            var grid = values.min().to(ScalarType.Float64).item<double>() < 0 ? QuantizationGrid.Symmetric : QuantizationGrid.Unsigned;
            layer.Activations.Fit(values, grid);
            layer.Weights.Fit(layer.Layer.Weight, network.WeightGrid);
            layer.Filters.Calibrate();
        }

        _inputs.Clear();
    }
}
