using TorchSharp;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Import;

/// <summary>Constants that stand in nodes, and what is made of sizes.</summary>
internal static class ConstantRows
{
    /// <summary>The table.</summary>
    public static OperatorRow[] All { get; } =
    [
        new OperatorRow("Constant", 0, 0, Constant),
        new OperatorRow("ConstantOfShape", 1, 1, node =>
        {
            var filler = node.Tensor("value");
            var value = filler is null ? null : ConstantTensors.Of(filler) ?? throw node.Refuse("its value is of a type that is not read");
            if (value is not null && value.numel() != 1)
            {
                throw node.Unfit("its value is not one number");
            }

            // Outside of torch, as it lives as long as the network.
            var kept = value is null ? new HostConstant([], ScalarType.Float32, new byte[sizeof(float)]) : HostConstant.Of(value.reshape());
            return inputs => [kept.ToTensor().expand(inputs.Checked(inputs.Ints(0))).clone()];
        }),
        new OperatorRow("Range", 3, 3, _ => inputs =>
        {
            var (start, end, step) = (inputs.Number(0), inputs.Number(1), inputs.Number(2));
            var count = Math.Ceiling((end - start) / step);
            if (!double.IsFinite(count) || count > int.MaxValue)
            {
                throw inputs.Refuse($"there are no numbers from {start} to {end} in steps of {step}");
            }

            var type = inputs[0].dtype;
            var places = arange(inputs.Checked([(long)Math.Max(0, count)])[0], type);
            return [(places * inputs[2]) + inputs[0]];
        }),
        new OperatorRow("DequantizeLinear", 2, 3, Dequantize),
    ];

    private static Operation Constant(NodeSetup node)
    {
        var value = node.Tensor("value") is { } constant
            ? ConstantTensors.Of(constant) ?? throw node.Refuse("its value is of a type that is not read")
            : node.HasAttribute("value_float") ? tensor(node.Float("value_float", 0))
            : node.HasAttribute("value_int") ? tensor(node.Int("value_int", 0))
            : node.Floats("value_floats") is { } numbers ? tensor(numbers)
            : node.Ints("value_ints") is { } whole ? tensor(whole, ScalarType.Int64)
            : throw node.Refuse("its value is not of numbers");
        return _ => [value];
    }

    private static Operation Dequantize(NodeSetup node)
    {
        var axis = node.Int("axis", 1);
        node.Ignore("output_dtype");
        if (Enumerable.Range(0, 3).Any(input => node.Has(input) && node.Constant(input) is null))
        {
            throw node.Refuse("this file is already quantised; load the one before that, whose weights are in full precision");
        }

        return node.Int("block_size", 0) != 0 ? throw node.Refuse("scales for blocks are not read") : inputs =>
        {
            var x = inputs[0].to(ScalarType.Float32);
            var shifted = inputs.Find(2) is { } zero ? x - Along(zero.to(ScalarType.Float32), x, axis) : x;
            return [shifted * Along(inputs[1], x, axis)];
        };
    }

    // One number, or one for each place of a dimension.
    private static Tensor Along(Tensor values, Tensor x, long axis)
    {
        if (values.numel() == 1)
        {
            return values.reshape();
        }

        long[] sizes = [.. Enumerable.Repeat(1L, (int)x.dim())];
        sizes[(int)(axis < 0 ? axis + x.dim() : axis)] = values.numel();
        return values.reshape(sizes);
    }
}
