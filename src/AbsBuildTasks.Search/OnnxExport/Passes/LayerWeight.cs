using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Passes;

/// <summary>The weight and bias of a layer of a graph, both constants.</summary>
internal sealed class LayerWeight
{
    private readonly float[] _bias;
    private readonly bool _isTransposed;

    /// <summary>Reads them.</summary>
    public LayerWeight(ExportGraph graph, OnnxNode node)
    {
        Weight = graph.Constants[node.Inputs[1]];
        _isTransposed = node.OpType == "ConvTranspose";
        _bias = node.Inputs.Count > 2 ? TensorBytes.Floats(graph.Constants[node.Inputs[2]]) : [];
        Groups = node.OpType == "Gemm" ? 1 : (int)node.Int("group", 1);
        Filters = (int)Weight.Dims[_isTransposed ? 1 : 0] * (_isTransposed ? Groups : 1);
    }

    /// <summary>The weight: <c>[filters, inputs of a group, …]</c>, of a transposed convolution <c>[inputs, filters of a group, …]</c>.</summary>
    public OnnxTensor Weight { get; }

    /// <summary>Groups of inputs and filters.</summary>
    public int Groups { get; }

    /// <summary>Filters of all groups.</summary>
    public int Filters { get; }

    /// <summary>Filters of a group.</summary>
    public int FiltersOfGroup => Filters / Groups;

    /// <summary>How many dimensions its result has.</summary>
    public int Rank => Weight.Dims.Count;

    /// <summary>Whether each filter sees one input alone.</summary>
    public bool IsDepthwise => Groups > 1 && Groups == Inputs;

    /// <summary>Inputs of all groups.</summary>
    public int Inputs => (int)Weight.Dims[_isTransposed ? 0 : 1] * (_isTransposed ? 1 : Groups);

    /// <summary>Whether a filter has a bias other than zero.</summary>
    public bool HasBias(int filter) => _bias.Length > 0 && _bias[filter] != 0;

    /// <summary>For each filter whether all its weights are zero.</summary>
    public bool[] ZeroFilters()
    {
        var values = TensorBytes.Floats(Weight);
        if (!_isTransposed)
        {
            return FilterSlices.AreZero(values, Weight.Dims, 0);
        }

        // A group's inputs stand together.
        var dims = Weight.Dims.ToArray();
        dims[0] /= Groups;
        return [.. values.Chunk(values.Length / Groups).SelectMany(group => FilterSlices.AreZero(group, dims, 1))];
    }

    /// <summary>The weight's dimensions that lose filters or inputs, with what stays of each.</summary>
    /// <param name="filters">Filters that stay; where there are groups that are not depthwise, the same of each.</param>
    /// <param name="inputs">Inputs that stay, likewise; null for all.</param>
    public IEnumerable<(int Dim, int[] Kept)> Slices(int[] filters, int[]? inputs)
    {
        var (filterDim, inputDim) = _isTransposed ? (1, 0) : (0, 1);

        // A transposed convolution has the inputs of all groups, and the filters of one; others have it the other way round.
        if (!(IsDepthwise && _isTransposed))
        {
            yield return (filterDim, _isTransposed ? [.. filters.Where(filter => filter < FiltersOfGroup)] : filters);
        }

        if (inputs is not null && !(IsDepthwise && !_isTransposed))
        {
            yield return (inputDim, _isTransposed ? inputs : [.. inputs.Where(input => input < Inputs / Groups)]);
        }
    }
}
