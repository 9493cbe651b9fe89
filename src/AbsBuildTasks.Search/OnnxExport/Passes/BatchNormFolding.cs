using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Passes;

/// <summary>Folds batch normalisations into the layers in front of them, where nothing else sees those layers' results.</summary>
internal static class BatchNormFolding
{
    /// <summary>Folds.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="scales">Scales that filters have already, by the name of the layer's weight.</param>
    /// <returns>The product of each filter's scale and of what it was multiplied by, likewise.</returns>
    public static IReadOnlyDictionary<string, float[]> Run(ExportGraph graph, IReadOnlyDictionary<string, float[]> scales)
    {
        var factors = scales.ToDictionary(StringComparer.Ordinal);
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            var norm = graph.Nodes[i];
            var at = norm.OpType == "BatchNormalization" ? graph.Nodes.FindIndex(node => node.Outputs[0] == norm.Inputs[0]) : -1;
            if (at >= 0 && CanFold(graph, graph.Nodes[at], norm))
            {
                graph.Nodes[at] = Folded(graph, graph.Nodes[at], norm, factors);
                graph.Nodes.RemoveAt(i--);
            }
        }

        return factors;
    }

    private static bool CanFold(ExportGraph graph, OnnxNode layer, OnnxNode norm) =>
        graph.IsLayer(layer)
        && graph.Uses(layer.Outputs[0]) == 1
        && graph.Uses(layer.Inputs[1]) == 1
        && norm.Inputs.Skip(1).All(graph.Constants.ContainsKey)
        && (layer.Inputs.Count < 3 || graph.Constants.ContainsKey(layer.Inputs[2]))
        && (layer.OpType != "ConvTranspose" || layer.Int("group", 1) == 1);

    private static OnnxNode Folded(ExportGraph graph, OnnxNode layer, OnnxNode norm, Dictionary<string, float[]> factors)
    {
        var weight = graph.Constants[layer.Inputs[1]];
        float[][] terms = [.. norm.Inputs.Skip(1).Select(name => TensorBytes.Floats(graph.Constants[name]))];
        var (scale, shift, mean, variance) = (terms[0], terms[1], terms[2], terms[3]);
        var epsilon = (float)norm.Attributes.First(attribute => attribute.Name == "epsilon").Value;
        var bias = layer.Inputs.Count > 2 ? TensorBytes.Floats(graph.Constants[layer.Inputs[2]]) : new float[scale.Length];
        float[] factor = [.. scale.Zip(variance, (s, v) => (float)(s / Math.Sqrt((double)v + epsilon)))];
        float[] folded = [.. factor.Select((f, c) => (float)(shift[c] + (((double)bias[c] - mean[c]) * f)))];

        // A filter that is multiplied by 0 has levels of 0, whatever their scale.
        factors[weight.Name] = factors.GetValueOrDefault(weight.Name) is { } own ? [.. factor.Zip(own, (f, s) => f == 0 ? s : f * s)] : factor;
        graph.Replace(OnnxTensor.Of(weight.Name, weight.Dims, FilterSlices.Multiplied(TensorBytes.Floats(weight), weight.Dims, layer.FilterDim(), factor)));
        return layer.With([layer.Inputs[0], layer.Inputs[1], graph.Constant(OnnxTensor.Of(layer.Name + ".bias", [folded.Length], folded))], norm.Outputs);
    }
}
