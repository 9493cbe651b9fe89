using System.Text;
using AbsBuildTasks.Search.Onnx;

namespace AbsBuildTasks.Search.Import;

/// <summary>Names for layers and constants, made from those in the file: the same file gives the same names.</summary>
/// <remarks>
/// PyTorch's <c>layer1.0.conv1.weight</c> and its node <c>/layer1/layer1.0/conv1/Conv</c> become <c>layer1_0_conv1</c> and
/// <c>layer1_layer1_0_conv1</c>: dots and slashes lead from module to module in TorchSharp and in patterns, and there are
/// no modules between these.
/// </remarks>
internal sealed class LayerNames
{
    private const int Length = 100;

    // PyTorch's names for weights and biases, of which either may be lost in a file.
    private static readonly string[] Ends = ["", ".weight", ".bias"];

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _last = new(StringComparer.Ordinal);

    /// <summary>The name of the layer that a node becomes.</summary>
    public string Of(OnnxNode node) => Unique(
        node.Inputs.Zip(Ends).Where(input => input.Second.Length > 0 && input.First.EndsWith(input.Second, StringComparison.Ordinal)).Select(input => input.First[..^input.Second.Length]).FirstOrDefault()
        ?? (node.Name.Length > 0 ? WithoutOperator(node) : node.Inputs is [_, { Length: > 0 } weight, ..] ? weight : node.OpType));

    /// <summary>A name like a given one that nothing else has.</summary>
    public string Unique(string name)
    {
        var valid = new StringBuilder();
        foreach (var character in name.AsSpan()[..Math.Min(name.Length, Length)])
        {
            if (char.IsAsciiLetterOrDigit(character))
            {
                valid.Append(character);
            }
            else if (valid.Length > 0 && valid[^1] != '_')
            {
                valid.Append('_');
            }
        }

        var plain = valid.ToString().Trim('_') is { Length: > 0 } rest ? rest : "value";
        var unique = plain;

        // Many of one name must not take the square of their number.
        var number = _last.GetValueOrDefault(plain, 1);
        while (!_taken.Add(unique))
        {
            unique = FormattableString.Invariant($"{plain}_{++number}");
        }

        _last[plain] = number;
        return unique;
    }

    private static string WithoutOperator(OnnxNode node)
    {
        var end = "/" + node.OpType;
        return node.Name.EndsWith(end, StringComparison.Ordinal) && node.Name.Length > end.Length ? node.Name[..^end.Length] : node.Name;
    }
}
