using AbsBuildTasks.Plans.Cost;

namespace AbsBuildTasks.Plans.Targets;

/// <summary>The targets that have a name, a row each. docs/targets.md has the same table.</summary>
internal static class TargetTable
{
    // Multiply-accumulate arrays and vector kernels are mostly this wide.
    private const int Lanes = 16;

    // Dot products of integers take four bytes at a time.
    private const int DotProduct = 4;

    private const int Float = CostModel.FullPrecisionBits;

    /// <summary>No target in particular: all that a search can find.</summary>
    public static Target Any { get; } = new() { Name = "any", WeightScales = WeightScales.Both };

    /// <summary>All rows.</summary>
    public static IReadOnlyList<Target> All { get; } =
    [
        Any,

        // Weights of 2, 4 and 8 bits lie packed in the file and become bytes when it loads; inputs of fewer bits are bytes
        // between limits. What is not quantised on both sides runs in floating point. docs/onnx-export.md has the forms.
        new() { Name = "onnxruntime-cpu", Pairs = [.. Of([2, 4, 8], [2, 3, 4, 5, 6, 7, 8, Float]), new(Float, Float)], QuantizesSums = true, WeightScales = WeightScales.Both, FilterMultiple = Lanes, InputMultiple = DotProduct },
        new() { Name = "npu-int8", Pairs = [.. Of([8], [8])], QuantizesSums = true, WeightScales = WeightScales.Both, FilterMultiple = Lanes },
        new() { Name = "w4a8", Pairs = [.. Of([4, 8], [8])], QuantizesSums = true, WeightScales = WeightScales.Both, FilterMultiple = Lanes },
    ];

    /// <summary>The target of a name, upper and lower case being the same; null where there is none.</summary>
    public static Target? Find(string name) => All.FirstOrDefault(target => target.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<BitPair> Of(int[] weights, int[] activations) => weights.SelectMany(w => activations.Select(a => new BitPair(w, a)));
}
