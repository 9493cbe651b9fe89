using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Quantized;

/// <summary>Writes a plan's levels into a graph.</summary>
internal sealed class LevelWriter
{
    private readonly ExportGraph _graph;
    private readonly IReadOnlyDictionary<string, float[]> _factors;
    private readonly IReadOnlyDictionary<string, LayerLevels> _layers;
    private readonly IReadOnlyCollection<string> _fuses;
    private readonly InputQuantizing _quantizing;
    private readonly (string Output, string Weight)[] _found;

    /// <summary>Finds the plan's layers.</summary>
    /// <param name="graph">The graph, with normalisations folded.</param>
    /// <param name="factors">What each filter was multiplied by, by the name of the layer's weight.</param>
    /// <param name="layers">What the plan says, by the name of the layer's weight.</param>
    /// <param name="fuses">The operators that the runtime makes part of quantisers.</param>
    public LevelWriter(ExportGraph graph, IReadOnlyDictionary<string, float[]> factors, IReadOnlyDictionary<string, LayerLevels> layers, IReadOnlyCollection<string> fuses)
    {
        (_graph, _factors, _layers, _fuses) = (graph, factors, layers, fuses);
        _quantizing = new InputQuantizing(graph, fuses);
        _found = [.. graph.Nodes.Where(node => graph.IsLayer(node) && layers.ContainsKey(node.Inputs[1])).Select(node => (node.Outputs[0], node.Inputs[1]))];
    }

    /// <summary>The lowest version of ONNX's operators that has types for all layers' levels, as good as they are up to a highest one.</summary>
    public static long OpsetFor(IEnumerable<LayerLevels> layers, long highest) => layers
        .Select(layer => layer.Weights?.Turned.OpsetFor(highest) ?? ExportGraph.LowestOpset)
        .Append(ExportGraph.LowestOpset)
        .Max();

    /// <summary>First quantises the inputs of layers.</summary>
    /// <returns>Values that would have to be quantised, too, for all convolutions to run on integers.</returns>
    public IReadOnlyList<SumPoint> QuantizeInputs()
    {
        foreach (var (output, weight) in _found)
        {
            if (_layers[weight].Inputs is { } grid)
            {
                _quantizing.Quantize(output, grid);
            }
        }

        foreach (var (constant, weight) in _graph.NativeWeights)
        {
            if (weight.MeetsInput && _layers.GetValueOrDefault(weight.Name)?.Inputs is { } grid)
            {
                foreach (var output in _graph.Nodes.Where(node => node.Inputs.Contains(constant)).Select(node => node.Outputs[0]).ToArray())
                {
                    _quantizing.Quantize(output, grid);
                }
            }
        }

        return new SumPoints(_graph).Find(_found
            .Where(layer => _layers[layer.Weight] is { Weights: { FitsSignedByte: true }, Inputs: { FitsByte: true } })
            .Select(layer => layer.Output)
            .ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Then quantises other values.</summary>
    /// <param name="sums">Their levels, each after those it depends on.</param>
    public void QuantizeSums(IReadOnlyList<SumLevels> sums)
    {
        foreach (var (value, grid) in sums)
        {
            _quantizing.QuantizeValue(value, grid);
        }
    }

    /// <summary>At last writes the weights: how depends on whether a layer's result is quantised.</summary>
    /// <returns>How the weights of the layers lie in the file, by their names.</returns>
    public IReadOnlyDictionary<string, PackedWeight> PackWeights()
    {
        _quantizing.QuantizeInFrontOfClips();
        var written = _found.Select(layer => layer.Weight).Distinct(StringComparer.Ordinal).ToDictionary(weight => weight, _ => default(PackedWeight), StringComparer.Ordinal);
        foreach (var (output, weight) in _found)
        {
            if (_layers[weight].Weights is { FitsSignedByte: true } levels)
            {
                written[weight] = WeightPacking.Write(_graph, _graph.Nodes.FindIndex(node => node.Outputs[0] == output), levels, _fuses, _factors.GetValueOrDefault(weight));
            }
        }

        foreach (var (constant, weight) in _graph.NativeWeights.Where(pair => _layers.ContainsKey(pair.Value.Name)))
        {
            written[weight.Name] = _layers[weight.Name].Weights is { FitsSignedByte: true } levels ? NativePacking.Write(_graph, constant, levels) : default;
        }

        return written;
    }
}
