using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Onnx;

namespace AbsBuildTasks.Search.Import;

/// <summary>All operators that are read: a new one is a row in one of the tables.</summary>
internal static class Operators
{
    /// <summary>The other name of ONNX's own domain.</summary>
    public const string Domain = "ai.onnx";

    private const string Quantised = "this file is already quantised; load the one before that, whose weights are in full precision";

    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        [QuantizeRow.Name] = Quantised,
        ["DynamicQuantizeLinear"] = Quantised,
        ["QLinearConv"] = Quantised,
        ["QLinearMatMul"] = Quantised,
        ["ConvInteger"] = Quantised,
        ["MatMulInteger"] = Quantised,
    };

    private static readonly Dictionary<string, OperatorRow> Rows = new OperatorRow[][]
    {
        ActivationRows.All, ArithmeticRows.All, ComparisonRows.All, ConvolutionRows.All, LinearRows.All, NormRows.All, PoolingRows.All, RecurrentRows.All,
        ReductionRows.All, ShapeRows.All, SelectionRows.All, ConstantRows.All, ResizeRows.All,
    }.SelectMany(rows => rows).ToDictionary(row => row.Name, StringComparer.Ordinal);

    /// <summary>The names of all operators that are read.</summary>
    public static IEnumerable<string> Names => Rows.Keys.Order(StringComparer.Ordinal);

    /// <summary>Sets a node up.</summary>
    /// <param name="node">The node.</param>
    /// <param name="setup">Its attributes and constants.</param>
    /// <param name="used">The values that anything takes.</param>
    /// <returns>What runs it.</returns>
    /// <exception cref="AbsException">ABS6002: the operator, or something that the node asks of it, is not read. ABS6003: the node is not as its operator must be.</exception>
    public static Operation Set(OnnxNode node, NodeSetup setup, IReadOnlySet<string> used)
    {
        if (node.Domain is not ("" or Domain))
        {
            throw setup.Refuse($"operators of domain '{Plans.Text.Printable.Escape(node.Domain)}' are not read; export the network with ONNX's own operators, without fusing or optimising it");
        }

        if (!Rows.TryGetValue(node.OpType, out var row) && !(setup.RunsQuantized && node.OpType == QuantizeRow.Name))
        {
            throw setup.Refuse(Refused.GetValueOrDefault(node.OpType) ?? "this operator is not read; export the network without it. docs/onnx.md lists the operators");
        }

        row ??= QuantizeRow.Row;
        if (node.Inputs.Count < row.MinInputs || node.Inputs.Count > row.MaxInputs || Enumerable.Range(0, row.MinInputs).Any(input => !setup.Has(input)))
        {
            throw setup.Unfit($"it has {node.Inputs.Count} inputs, but the operator takes {row.MinInputs}{(row.MaxInputs == row.MinInputs ? "" : row.MaxInputs == int.MaxValue ? " or more" : $" to {row.MaxInputs}")}");
        }

        if (node.Attributes.GroupBy(attribute => attribute.Name, StringComparer.Ordinal).Any(group => group.Count() > 1))
        {
            throw setup.Unfit("an attribute is given twice");
        }

        if (node.Outputs.Skip(row.Outputs).Any(used.Contains))
        {
            throw setup.Refuse(row.Outputs == 1 ? "only its first output is read" : $"only its first {row.Outputs} outputs are read");
        }

        var operation = row.Set(setup);
        setup.CheckAllRead();
        return operation;
    }
}
