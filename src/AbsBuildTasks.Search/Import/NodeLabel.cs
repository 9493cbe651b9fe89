using AbsBuildTasks.Plans.Text;
using AbsBuildTasks.Search.Onnx;

namespace AbsBuildTasks.Search.Import;

/// <summary>How messages name a node: by its name, or by what it makes.</summary>
internal static class NodeLabel
{
    private const int Length = 120;

    /// <summary>The label of a node, with its operator.</summary>
    public static string Of(OnnxNode node) => FormattableString.Invariant(
        $"node '{Printable.Shorten(node.Name.Length > 0 ? node.Name : node.Outputs is [var output, ..] ? output : "", Length)}' ({Printable.Shorten(node.OpType, Length)})");
}
