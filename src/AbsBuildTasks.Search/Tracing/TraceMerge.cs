using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Search.Tracing;

/// <summary>Tells from two runs with different batch sizes and examples what a network does for any.</summary>
internal static class TraceMerge
{
    private const string Advice = "; a graph does the same for every batch";

    /// <summary>Merges two runs.</summary>
    /// <param name="first">A run.</param>
    /// <param name="second">One with another batch size, on other examples.</param>
    /// <param name="inputs">How many inputs there are.</param>
    /// <param name="names">The names of the network's parameters and buffers, by handle.</param>
    /// <exception cref="AbsException">ABS6001: they differ in more than their batch size.</exception>
    public static TracedGraph Of(Recording first, Recording second, int inputs, IReadOnlyDictionary<IntPtr, string> names)
    {
        TracedNode[] nodes = [.. first.Events.Zip(second.Events, (one, other) => Node(one, other, first.BatchSize, second.BatchSize))];
        if (first.Events.Count != second.Events.Count || first.Shapes.Count != second.Shapes.Count || !first.Outputs.SequenceEqual(second.Outputs))
        {
            throw new AbsException(AbsCodes.NotExportable, $"The network cannot be written as ONNX: it calls {first.Events.Count} functions for {first.BatchSize} examples, but {second.Events.Count} for {second.BatchSize}{Advice}.");
        }

        return new TracedGraph(
            [.. Enumerable.Range(0, inputs)],
            nodes,
            [.. first.Shapes.Zip(second.Shapes, (one, other) => new TracedValue(one.Type, Shape(one.Shape, other.Shape, first.BatchSize, second.BatchSize)))],
            first.Outputs)
        {
            Names = names,
            Calls = first.Calls.Where(one => second.Calls.GetValueOrDefault(one.Key) == one.Value).ToDictionary(StringComparer.Ordinal),
        };
    }

    private static Extent[] Shape(long[] first, long[] second, int firstBatch, int secondBatch) => first.Length == second.Length
        && first.Zip(second, (one, other) => Extent.Of(one, firstBatch, other, secondBatch)).ToArray() is var sizes && Array.TrueForAll(sizes, size => size is not null)
            ? [.. sizes.Select(size => size!.Value)]
            : throw new AbsException(AbsCodes.NotExportable, $"The network cannot be written as ONNX: a value has the shape [{string.Join(", ", first)}] for {firstBatch} examples, but [{string.Join(", ", second)}] for {secondBatch}{Advice}.");

    private static TracedNode Node(TraceEvent first, TraceEvent second, int firstBatch, int secondBatch)
    {
        if (first.Function != second.Function || !first.Results.SequenceEqual(second.Results))
        {
            throw TraceRefusal.Of(first.Function.Name, first.Place, $"runs for {firstBatch} examples where {TraceRefusal.Shown(second.Function.Name)} runs for {secondBatch}{Advice}");
        }

        object?[] arguments = [.. first.Arguments.Zip(second.Arguments, Merge)];
        return new TracedNode(first.Function, first.Call == second.Call ? first.Call : null, arguments, first.Results, first.Place, first.Module);

        object? Merge(object? one, object? other) => (one, other) switch
        {
            (long a, long b) => Number(a, b),
            (long[] a, long[] b) when a.Length == b.Length => a.Zip(b, Number).ToArray(),
            (double[] a, double[] b) when a.SequenceEqual(b) => a,
            (ConstantOperand a, ConstantOperand b) when a.Name == b.Name && a.Content.IsSameAs(b.Content) => a,
            (ConstantOperand a, ConstantOperand b) when Fill(a.Content, b.Content) is { } fill => fill,
            (ConstantOperand a, ConstantOperand b) when Repeat(a.Content, b.Content) is { } repeat => repeat,
            (ConstantOperand, _) => throw TraceRefusal.Of(first.Function.Name, first.Place, "takes a tensor that depends on the batch in a way that was not seen, such as one of other values for each size; make it from the input by functions of torch"),
            (Operand?[] a, Operand?[] b) when a.Length == b.Length => a.Zip(b, (x, y) => (Operand?)Merge(x, y)).ToArray(),
            _ when Equals(one, other) || (one is TorchSharp.torch.nn.Module a && other is TorchSharp.torch.nn.Module b && a.GetType() == b.GetType()) => one,
            _ => throw TraceRefusal.Of(first.Function.Name, first.Place, $"takes {one ?? "nothing"} for {firstBatch} examples, but {other ?? "nothing"} for {secondBatch}{Advice}"),
        };

        FillOperand? Fill(TensorContent a, TensorContent b)
        {
            if (a.Type != b.Type || a.Shape.Count != b.Shape.Count || a.OnlyElement is not { } element || b.OnlyElement is not { } same || !element.SequenceEqual(same))
            {
                return null;
            }

            return Sizes(a, b) is { } sizes ? new FillOperand(a.Type, sizes, element) : null;
        }

        RepeatOperand? Repeat(TensorContent a, TensorContent b) =>
            a.Shape.Count == b.Shape.Count && Sizes(a, b) is { } sizes && sizes.Index().Where(size => size.Item.IsBatch).ToArray() is [{ Item.PerExample: 1, Index: var batch }]
            && a.OnlySlice(batch) is { } one && b.OnlySlice(batch) is { } same && one.IsSameAs(same)
                ? new RepeatOperand(one, sizes)
                : null;

        Extent[]? Sizes(TensorContent a, TensorContent b)
        {
            Extent?[] sizes = [.. a.Shape.Zip(b.Shape, (x, y) => Extent.Of(x, firstBatch, y, secondBatch))];
            return Array.TrueForAll(sizes, size => size is not null) ? [.. sizes.Select(size => size!.Value)] : null;
        }

        Extent Number(long a, long b) => Extent.Of(a, firstBatch, b, secondBatch)
            ?? throw TraceRefusal.Of(first.Function.Name, first.Place, FormattableString.Invariant($"takes the number {a} for {firstBatch} examples, but {b} for {secondBatch}{Advice}"));
    }
}
