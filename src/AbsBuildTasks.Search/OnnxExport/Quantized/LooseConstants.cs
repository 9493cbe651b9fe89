using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Quantized;

/// <summary>
/// Puts the levels of parameters in place of their values that no layer of the graph has: the network's own code adds them,
/// looks them up, or multiplies with a transposed one, which is a constant without a name by then.
/// </summary>
internal static class LooseConstants
{
    private const string Unnamed = "constant";

    // Of a value: what comes of a level and a scale is rounded once.
    private const float Rounding = 1e-6f;

    /// <summary>Writes them.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="names">What the parameter may be called.</param>
    /// <param name="grid">Its levels.</param>
    /// <returns>How it lies in the file; null where nothing is found that consists of its values.</returns>
    public static PackedWeight? Write(ExportGraph graph, IReadOnlyList<string> names, LevelGrid grid)
    {
        var used = graph.Nodes.SelectMany(node => node.Inputs).ToHashSet(StringComparer.Ordinal);
        string[] found =
        [
            .. graph.Constants.Values
                .Where(constant => used.Contains(constant.Name) && names.Append(Unnamed).Any(name => IsNamed(constant.Name, name)) && IsOn(constant, grid))
                .Select(constant => constant.Name),
        ];
        return found.Length == 0 ? null : new PackedWeight(IsOnIntegers: false, found.Sum(constant => NativePacking.Write(graph, constant, grid).WidenedBytes));
    }

    /// <summary>Whether a graph's name is the one wished for, or the one that it got as that was taken.</summary>
    private static bool IsNamed(string name, string wish) => name == wish || (name.StartsWith(wish + "_", StringComparison.Ordinal) && name.AsSpan(wish.Length + 1).IndexOfAnyExceptInRange('0', '9') < 0);

    /// <summary>Whether a tensor has values of a grid alone, more than one and not all of them zero.</summary>
    private static bool IsOn(OnnxTensor constant, LevelGrid grid) => constant.Type == OnnxType.Float
        && TensorBytes.Floats(constant) is { Length: > 1 } values
        && Array.Exists(values, value => value != 0)
        && Array.TrueForAll(values, value => MathF.Round(value / grid.Scale) is var level && level >= grid.Low && level <= grid.High && Math.Abs((level * grid.Scale) - value) <= Rounding * Math.Abs(value));
}
