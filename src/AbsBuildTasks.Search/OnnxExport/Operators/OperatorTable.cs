
namespace AbsBuildTasks.Search.OnnxExport.Operators;

/// <summary>How each native function becomes ONNX. A function that has no row is refused.</summary>
internal static class OperatorTable
{
    private static readonly Dictionary<string, Action<ExportNode>> Rows = new IEnumerable<(string Function, Action<ExportNode> Write)>[]
    {
        LayerRows.All, RecurrentRows.All, NormRows.All, ActivationRows.All, PoolRows.All, ReductionRows.All, ArithmeticRows.All, MatrixRows.All, ShapeRows.All, SelectionRows.All, ResizeRows.All,
    }.SelectMany(rows => rows).ToDictionary(row => row.Function, row => row.Write, StringComparer.Ordinal);

    /// <summary>The native functions that have a row.</summary>
    public static IReadOnlyCollection<string> Functions => Rows.Keys;

    /// <summary>Whether a native function has a row.</summary>
    public static bool Has(string function) => Rows.ContainsKey(function);

    /// <summary>Writes a call.</summary>
    /// <param name="function">Its function, which has a row.</param>
    /// <param name="node">The call.</param>
    public static void Write(string function, ExportNode node) => Rows[function](node);
}
