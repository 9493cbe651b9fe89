using AbsBuildTasks.Search.OnnxExport.Graphs;
using AbsBuildTasks.Search.OnnxExport.Quantized;

namespace AbsBuildTasks.Search.OnnxExport;

/// <summary>A network as its plan leaves it.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Layers">Convolutions and linear layers.</param>
/// <param name="IntegerLayers">How many of them runtimes run on integers.</param>
/// <param name="Products">Products of two activations as matrices.</param>
/// <param name="IntegerProducts">How many of them runtimes run on integers.</param>
/// <param name="WidenedBytes">Bytes that weights take beyond those of their bits, for want of types.</param>
/// <param name="Points">Values that would have to be quantised, too, for all convolutions and products to run on integers; none where they are.</param>
internal sealed record CompressedGraph(ExportGraph Graph, int Layers, int IntegerLayers, int Products, int IntegerProducts, long WidenedBytes, IReadOnlyList<SumPoint> Points)
{
    /// <summary>Parameters of the plan that the file has at 32 bits, with the plan's values, as the network uses them in another form.</summary>
    public IReadOnlyList<string> Unpacked { get; init; } = [];
}
