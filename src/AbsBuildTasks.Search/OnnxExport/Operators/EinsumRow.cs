using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Search.OnnxExport.Operators;

/// <summary>Sums by Einstein's convention: where one is a product of matrices, it is written as that, which runtimes run on integers, too.</summary>
internal static class EinsumRow
{
    /// <summary>Writes one.</summary>
    public static void Write(ExportNode node)
    {
        var equation = (string)node["location"]!;
        string[] values = node.List("tensors");
        if (((Operand?[])node["tensors"]!).Any(operand => operand is not ValueOperand)
            || Product.Of(equation.Replace(" ", "", StringComparison.Ordinal), node.ShapesOf("tensors")) is not { } product)
        {
            node.Result("Einsum", values, new OnnxAttribute("equation", equation));
            return;
        }

        string[] sides = [Ordered(values[0], product.Left, product.Both + product.Rows + product.Summed), Ordered(values[1], product.Right, product.Both + product.Summed + product.Columns)];
        var made = product.Both + product.Rows + product.Columns;
        if (made == product.Result)
        {
            node.Result("MatMul", sides);
        }
        else
        {
            node.Result("Transpose", [node.Emit("MatMul", sides)], Order(made, product.Result));
        }

        string Ordered(string value, string has, string wants) => has == wants ? value : node.Emit("Transpose", [value], Order(has, wants));
    }

    private static OnnxAttribute Order(string has, string wants) => new("perm", wants.Select(letter => (long)has.IndexOf(letter, StringComparison.Ordinal)).ToArray());

    /// <summary>A product of matrices, in letters.</summary>
    /// <param name="Left">The dimensions of the left side.</param>
    /// <param name="Right">Those of the right side.</param>
    /// <param name="Result">Those of the result.</param>
    /// <param name="Both">Those that all three have: there is a product for each.</param>
    /// <param name="Summed">The one that is summed over.</param>
    /// <param name="Rows">The one of the left side alone.</param>
    /// <param name="Columns">The one of the right side alone.</param>
    private sealed record Product(string Left, string Right, string Result, string Both, string Summed, string Rows, string Columns)
    {
        /// <summary>Reads an equation; null where it is no product of two matrices for each place.</summary>
        public static Product? Of(string equation, IReadOnlyList<Extent>[] shapes)
        {
            if (equation.Split("->") is not [var sides, var result] || sides.Split(',') is not [var left, var right]
                || !new[] { left, right, result }.All(term => term.All(char.IsAsciiLetter) && term.Distinct().Count() == term.Length))
            {
                return null;
            }

            var both = Letters(result, letter => left.Contains(letter) && right.Contains(letter));
            var summed = Letters(left, letter => right.Contains(letter) && !result.Contains(letter));
            var (rows, columns) = (Letters(left, letter => !right.Contains(letter)), Letters(right, letter => !left.Contains(letter)));
            return (summed.Length, rows.Length, columns.Length) == (1, 1, 1)
                && result.Length == both.Length + 2
                && result.Contains(rows[0])
                && result.Contains(columns[0])

                // One place may stand for many.
                && (both + summed).All(letter => shapes[0][left.IndexOf(letter, StringComparison.Ordinal)] == shapes[1][right.IndexOf(letter, StringComparison.Ordinal)])
                ? new Product(left, right, result, both, summed, rows, columns)
                : null;
        }

        private static string Letters(string term, Func<char, bool> which) => string.Concat(term.Where(which));
    }
}
