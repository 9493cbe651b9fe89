using AbsBuildTasks.Search.Import;
using AbsBuildTasks.Search.Onnx;
using Xunit;
using static AbsBuildTasks.Search.Tests.Import.CaseInput;

namespace AbsBuildTasks.Search.Tests.Import;

/// <summary>Each operator gives what ONNX Runtime gives.</summary>
public sealed class OperatorTests
{
    private static readonly OnnxType[] Int = [OnnxType.Int64];
    private static readonly OnnxType[] Truth = [OnnxType.Bool];

    // Of rows that are alike, the operators on one input.
    private static readonly string[] Plain =
    [
        "Relu", "Sigmoid", "Tanh", "Softsign", "Mish", "HardSwish", "Softplus", "LeakyRelu", "Elu", "Celu", "Selu", "ThresholdedRelu", "HardSigmoid", "Gelu",
        "Softmax", "LogSoftmax", "Abs", "Neg", "Exp", "Erf", "Sin", "Cos", "Floor", "Ceil", "Round", "Sign", "Identity", "Transpose", "Flatten",
        "GlobalAveragePool", "GlobalMaxPool", "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSumExp", "ReduceProd", "Dropout", "Trilu",
    ];

    private static readonly OnnxCase[] Cases =
    [
        .. Plain.Select(name => new OnnxCase(name, name, [X(2, 3, 4, 5)])),
        .. new[] { "Log", "Sqrt", "Reciprocal", "ReduceLogSum" }.Select(name => new OnnxCase(name, name, [Positive(isConstant: false, 2, 3, 4)])),
        .. new[] { "Add", "Sub", "Mul", "Div", "Min", "Max", "Mean", "Sum", "PRelu" }.Select(name => new OnnxCase(name, name, [X(2, 3, 4), W(3, 1)])),
        .. new[] { "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual" }.Select(name => new OnnxCase(name, name, [X(2, 3, 4), W(4)]) { Outputs = Truth }),
        .. new[] { "And", "Or", "Xor" }.Select(name => new OnnxCase(name, name, [XB(2, 3, 4), XB(3, 4)]) { Outputs = Truth }),
        new("Not", "Not", [XB(2, 3)]) { Outputs = Truth },
        new("IsNaN", "IsNaN", [X(2, 3)]) { Outputs = Truth },
        new("Where", "Where", [XB(2, 3), X(2, 3), W(3)]),
        new("Pow", "Pow", [Positive(isConstant: false, 2, 3), F(2.5f)]),
        new("Div of whole numbers", "Div", [XI([7, -7, 9, -9], 2, 2), I(2)]) { Outputs = Int },
        new("Mod", "Mod", [XI([7, -7, 9, -9], 2, 2), I(4)]) { Outputs = Int },
        new("Mod as in C", "Mod", [X(2, 3), F(0.3f)], new OnnxAttribute("fmod", 1L)),
        new("CumSum", "CumSum", [X(2, 3, 4), I0(1)]),
        new("Clip", "Clip", [X(2, 3), F0(-0.2f), F0(0.3f)]),
        new("Clip above", "Clip", [X(2, 3), null, F0(0.3f)]),
        new("Clip until 10", "Clip", [X(2, 3)], new OnnxAttribute("min", -0.1f), new OnnxAttribute("max", 0.4f)) { Opset = 10 },
        new("Gelu by tanh", "Gelu", [X(2, 3)], new OnnxAttribute("approximate", "tanh")),
        new("LeakyRelu with alpha", "LeakyRelu", [X(2, 3)], new OnnxAttribute("alpha", 0.3f)),
        new("Softmax over an axis", "Softmax", [X(2, 3, 4)], new OnnxAttribute("axis", 1L)),
        new("Softmax until 12", "Softmax", [X(2, 3, 4)]) { Opset = 12 },
        new("LogSoftmax until 12 from the second axis", "LogSoftmax", [X(2, 3, 4)], new OnnxAttribute("axis", 2L)) { Opset = 12 },

        new("Conv", "Conv", [X(2, 4, 9, 8), W(6, 4, 3, 3), W(6)], new OnnxAttribute("pads", [1L, 1, 1, 1])),
        new("Conv 1d", "Conv", [X(2, 4, 19), W(6, 4, 5)], new OnnxAttribute("strides", [2L]), new OnnxAttribute("pads", [2L, 2])),
        new("Conv 3d", "Conv", [X(2, 2, 5, 6, 7), W(3, 2, 2, 3, 3), W(3)], new OnnxAttribute("strides", [1L, 2, 1])),
        new("Conv in groups, dilated", "Conv", [X(2, 4, 9, 8), W(8, 1, 3, 3)], new OnnxAttribute("group", 4L), new OnnxAttribute("dilations", [2L, 1]), new OnnxAttribute("kernel_shape", [3L, 3])),
        new("Conv with other pads on each side", "Conv", [X(2, 4, 9, 8), W(6, 4, 3, 2), W(6)], new OnnxAttribute("pads", [0L, 1, 2, 0])),
        new("Conv SAME_UPPER", "Conv", [X(2, 4, 9, 8), W(6, 4, 4, 3)], new OnnxAttribute("auto_pad", "SAME_UPPER"), new OnnxAttribute("strides", [2L, 2])),
        new("Conv SAME_LOWER", "Conv", [X(2, 4, 9, 8), W(6, 4, 4, 3)], new OnnxAttribute("auto_pad", "SAME_LOWER"), new OnnxAttribute("strides", [1L, 2])),
        new("Conv VALID", "Conv", [X(2, 4, 9, 8), W(6, 4, 4, 3)], new OnnxAttribute("auto_pad", "VALID")),
        new("ConvTranspose", "ConvTranspose", [X(2, 4, 5, 6), W(4, 3, 3, 3), W(3)], new OnnxAttribute("strides", [2L, 2]), new OnnxAttribute("pads", [1L, 1, 1, 1]), new OnnxAttribute("output_padding", [1L, 1])),
        new("ConvTranspose 1d in groups", "ConvTranspose", [X(2, 4, 7), W(4, 3, 3)], new OnnxAttribute("group", 2L), new OnnxAttribute("dilations", [2L])),
        new("ConvTranspose 3d", "ConvTranspose", [X(2, 2, 3, 4, 3), W(2, 3, 2, 2, 2)], new OnnxAttribute("strides", [2L, 2, 2])),
        new("ConvTranspose with other pads on each side", "ConvTranspose", [X(2, 4, 5, 6), W(4, 3, 3, 3)], new OnnxAttribute("strides", [2L, 2]), new OnnxAttribute("pads", [0L, 1, 1, 0])),
        new("Gemm", "Gemm", [X(3, 4), W(4, 5), W(5)]),
        new("Gemm transposed", "Gemm", [X(3, 4), W(5, 4), W(1, 5)], new OnnxAttribute("transB", 1L), new OnnxAttribute("alpha", 0.5f), new OnnxAttribute("beta", 2f)),
        new("Gemm with one number", "Gemm", [X(3, 4), W(4, 5), F0(0.7f)]),
        new("Gemm without a layer", "Gemm", [X(4, 3), W(5, 4), W(3, 5)], new OnnxAttribute("transA", 1L), new OnnxAttribute("transB", 1L)),
        new("Gemm of what comes in", "Gemm", [X(3, 4), X(4, 5)]),
        new("MatMul", "MatMul", [X(2, 3, 4), W(4, 5)]),
        new("MatMul of what comes in", "MatMul", [X(2, 3, 4), X(2, 4, 5)]),
        new("MatMul with the constant first", "MatMul", [W(3, 4), X(2, 4, 5)]),
        new("Einsum", "Einsum", [X(2, 3, 4), W(4, 5)], new OnnxAttribute("equation", "bij,jk->bik")),
        new("BatchNormalization", "BatchNormalization", [X(2, 3, 4, 5), W(3), W(3), W(3), Positive(isConstant: true, 3)], new OnnxAttribute("epsilon", 1e-3f)),
        new("BatchNormalization of features", "BatchNormalization", [X(4, 3), W(3), W(3), W(3), Positive(isConstant: true, 3)]),
        new("BatchNormalization 3d", "BatchNormalization", [X(2, 3, 2, 2, 2), W(3), W(3), W(3), Positive(isConstant: true, 3)]),
        new("InstanceNormalization", "InstanceNormalization", [X(2, 3, 4, 5), W(3), W(3)]),
        new("InstanceNormalization 1d", "InstanceNormalization", [X(2, 3, 7), W(3), W(3)]),
        new("LayerNormalization", "LayerNormalization", [X(2, 3, 4), W(4), W(4)]),
        new("LayerNormalization over two axes", "LayerNormalization", [X(2, 3, 4), W(3, 4)], new OnnxAttribute("axis", 1L)),
        new("LayerNormalization over the last two", "LayerNormalization", [X(2, 3, 4), W(3, 4), W(3, 4)], new OnnxAttribute("axis", -2L)),
        new("GroupNormalization", "GroupNormalization", [X(2, 6, 4), W(6), W(6)], new OnnxAttribute("num_groups", 3L)),
        new("LRN", "LRN", [X(2, 6, 4, 4)], new OnnxAttribute("size", 3L), new OnnxAttribute("alpha", 0.5f)),
        new("LpNormalization", "LpNormalization", [X(2, 6, 4)], new OnnxAttribute("axis", 1L)),

        new("MaxPool", "MaxPool", [X(2, 3, 9, 8)], new OnnxAttribute("kernel_shape", [3L, 2]), new OnnxAttribute("strides", [2L, 2]), new OnnxAttribute("pads", [1L, 1, 1, 1])),
        new("MaxPool up", "MaxPool", [X(2, 3, 9, 8)], new OnnxAttribute("kernel_shape", [3L, 3]), new OnnxAttribute("strides", [2L, 2]), new OnnxAttribute("ceil_mode", 1L)),
        new("MaxPool 1d, dilated", "MaxPool", [X(2, 3, 12)], new OnnxAttribute("kernel_shape", [3L]), new OnnxAttribute("dilations", [2L])),
        new("MaxPool 3d", "MaxPool", [X(2, 3, 4, 5, 6)], new OnnxAttribute("kernel_shape", [2L, 2, 2])),
        new("MaxPool with other pads on each side", "MaxPool", [X(2, 3, 9, 8)], new OnnxAttribute("kernel_shape", [3L, 3]), new OnnxAttribute("pads", [0L, 1, 1, 0])),
        new("AveragePool", "AveragePool", [X(2, 3, 9, 8)], new OnnxAttribute("kernel_shape", [3L, 2]), new OnnxAttribute("strides", [2L, 2]), new OnnxAttribute("pads", [1L, 1, 1, 1])),
        new("AveragePool with pads counted", "AveragePool", [X(2, 3, 9, 8)], new OnnxAttribute("kernel_shape", [3L, 3]), new OnnxAttribute("pads", [1L, 1, 1, 1]), new OnnxAttribute("count_include_pad", 1L)),
        new("AveragePool with other pads on each side", "AveragePool", [X(2, 3, 9, 8)], new OnnxAttribute("kernel_shape", [3L, 3]), new OnnxAttribute("pads", [0L, 1, 1, 0])),
        new("AveragePool 1d", "AveragePool", [X(2, 3, 9)], new OnnxAttribute("kernel_shape", [3L])),
        new("AveragePool 3d", "AveragePool", [X(2, 3, 4, 5, 6)], new OnnxAttribute("kernel_shape", [2L, 2, 2])),
        new("ReduceMean over axes, from 18 on", "ReduceMean", [X(2, 3, 4), I(-1, 1)], new OnnxAttribute("keepdims", 0L)),
        new("ReduceMean over axes, until 17", "ReduceMean", [X(2, 3, 4)], new OnnxAttribute("axes", [1L])) { Opset = 17 },
        new("ReduceProd over axes", "ReduceProd", [X(2, 3, 4), I(0, 2)], new OnnxAttribute("keepdims", 0L)),
        new("ReduceLogSumExp over an axis", "ReduceLogSumExp", [X(2, 3, 4), I(1)], new OnnxAttribute("keepdims", 0L)),
        new("ReduceSum of nothing", "ReduceSum", [X(2, 3, 4)], new OnnxAttribute("noop_with_empty_axes", 1L)),
        new("ArgMax", "ArgMax", [X(2, 3, 4)], new OnnxAttribute("axis", -1L), new OnnxAttribute("keepdims", 0L)) { Outputs = Int },
        new("ArgMin", "ArgMin", [X(2, 3, 4)], new OnnxAttribute("axis", 1L)) { Outputs = Int },

        new("Reshape", "Reshape", [X(2, 3, 4), I(0, -1)]),
        new("Reshape to nothing kept", "Reshape", [X(2, 3, 4), I(4, 6)]),
        new("Expand", "Expand", [X(3, 1), I(2, 1, 4)]),
        new("Tile", "Tile", [X(2, 3), I(2, 3)]),
        new("Squeeze", "Squeeze", [X(2, 1, 3, 1), I(-1)]),
        new("Squeeze all", "Squeeze", [X(2, 1, 3, 1)]),
        new("Squeeze until 12", "Squeeze", [X(2, 1, 3, 1)], new OnnxAttribute("axes", [1L])) { Opset = 12 },
        new("Unsqueeze", "Unsqueeze", [X(2, 3), I(-1, 0)]),
        new("Unsqueeze until 12", "Unsqueeze", [X(2, 3)], new OnnxAttribute("axes", [1L, 3])) { Opset = 12 },
        new("Shape", "Shape", [X(2, 3, 4)]) { Outputs = Int },
        new("Shape in part", "Shape", [X(2, 3, 4)], new OnnxAttribute("start", 1L), new OnnxAttribute("end", -1L)) { Outputs = Int },
        new("Size", "Size", [X(2, 3, 4)]) { Outputs = Int },
        new("Flatten from another axis", "Flatten", [X(2, 3, 4)], new OnnxAttribute("axis", 2L)),
        new("Flatten to one row", "Flatten", [X(2, 3, 4)], new OnnxAttribute("axis", 0L)),
        new("Transpose in another order", "Transpose", [X(2, 3, 4)], new OnnxAttribute("perm", [0L, 2, 1])),
        new("Cast to whole numbers", "Cast", [Positive(isConstant: false, 2, 3)], new OnnxAttribute("to", 7L)) { Outputs = Int },
        new("Cast to truth", "Cast", [X(2, 3)], new OnnxAttribute("to", 9L)) { Outputs = Truth },
        new("CastLike", "CastLike", [XI([1, 2], 2), F(1)]),
        new("DepthToSpace", "DepthToSpace", [X(2, 8, 3, 4)], new OnnxAttribute("blocksize", 2L)),
        new("DepthToSpace CRD", "DepthToSpace", [X(2, 8, 3, 4)], new OnnxAttribute("blocksize", 2L), new OnnxAttribute("mode", "CRD")),
        new("SpaceToDepth", "SpaceToDepth", [X(2, 2, 4, 6)], new OnnxAttribute("blocksize", 2L)),
        new("Concat", "Concat", [X(2, 3, 4), W(2, 1, 4), X(2, 2, 4)], new OnnxAttribute("axis", 1L)),
        new("Split", "Split", [X(2, 7), I(3, 4)], new OnnxAttribute("axis", 1L)) { Outputs = [OnnxType.Float, OnnxType.Float] },
        new("Split evenly", "Split", [X(2, 7)], new OnnxAttribute("axis", -1L), new OnnxAttribute("num_outputs", 2L)) { Outputs = [OnnxType.Float, OnnxType.Float] },
        new("Split until 12", "Split", [X(2, 7)], new OnnxAttribute("axis", 1L), new OnnxAttribute("split", [2L, 5])) { Outputs = [OnnxType.Float, OnnxType.Float], Opset = 12 },
        new("Slice", "Slice", [X(4, 6, 8), I(1, -5), I(3, int.MaxValue), I(0, 2), I(1, 2)]),
        new("Slice backwards", "Slice", [X(4, 6), I(-1), I(long.MinValue), I(1), I(-2)]),
        new("Slice of nothing", "Slice", [X(4, 6), I(5), I(2), I(1)]),
        new("Slice until 9", "Slice", [X(4, 6)], new OnnxAttribute("starts", [1L]), new OnnxAttribute("ends", [3L])) { Opset = 9 },
        new("Gather", "Gather", [X(4, 6), I(3, -1, 0)], new OnnxAttribute("axis", 1L)),
        new("Gather one", "Gather", [X(4, 6), I0(-2)], new OnnxAttribute("axis", 1L)),
        new("Gather words", "Gather", [W(9, 4), XI([0, 8, 3, 1], 2, 2)]),
        new("GatherElements", "GatherElements", [X(3, 4), XI([0, -1, 2, 1], 2, 2)], new OnnxAttribute("axis", 1L)),
        new("Pad", "Pad", [X(2, 3, 4), I(0, 1, 2, 0, 0, -1), F0(0.5f)]),
        new("Pad over an axis", "Pad", [X(2, 3, 4), I(1, 2), null, I(-1)]),
        new("Pad by reflection", "Pad", [X(2, 3, 4, 5), I(0, 0, 2, 3, 0, 0, 1, 4)], new OnnxAttribute("mode", "reflect")),
        new("Pad by the edge", "Pad", [X(2, 3, 4), I(0, 2, 1, 0, 3, 0)], new OnnxAttribute("mode", "edge")),
        new("Pad around", "Pad", [X(2, 3, 4), I(0, 2, 1, 0, 3, 0)], new OnnxAttribute("mode", "wrap")),
        new("Pad until 10", "Pad", [X(2, 3)], new OnnxAttribute("pads", [0L, 1, 0, 2]), new OnnxAttribute("value", 0.25f)) { Opset = 10 },
        new("LSTM", "LSTM", [X(5, 3, 4), W(1, 8, 4), W(1, 8, 2)], new OnnxAttribute("hidden_size", 2L)) { Outputs = [OnnxType.Float, OnnxType.Float, OnnxType.Float] },
        new("LSTM in both directions", "LSTM", [X(5, 3, 4), W(2, 8, 4), W(2, 8, 2), W(2, 16), null, X(2, 3, 2), W(2, 3, 2)], new OnnxAttribute("hidden_size", 2L), new OnnxAttribute("direction", "bidirectional")) { Outputs = [OnnxType.Float, OnnxType.Float, OnnxType.Float] },
        new("LSTM backwards", "LSTM", [X(5, 3, 4), W(1, 8, 4), W(1, 8, 2), W(1, 16)], new OnnxAttribute("hidden_size", 2L), new OnnxAttribute("direction", "reverse")) { Outputs = [OnnxType.Float, OnnxType.Float] },
        new("GRU", "GRU", [X(5, 3, 4), W(1, 6, 4), W(1, 6, 2), W(1, 12)], new OnnxAttribute("hidden_size", 2L)) { Outputs = [OnnxType.Float, OnnxType.Float] },
        new("GRU without bias", "GRU", [X(5, 3, 4), W(1, 6, 4), W(1, 6, 2)], new OnnxAttribute("hidden_size", 2L)),
        new("GRU as torch has it", "GRU", [X(5, 3, 4), W(2, 6, 4), W(2, 6, 2), W(2, 12), null, X(2, 3, 2)], new OnnxAttribute("hidden_size", 2L), new OnnxAttribute("direction", "bidirectional"), new OnnxAttribute("linear_before_reset", 1L)) { Outputs = [OnnxType.Float, OnnxType.Float] },
        new("TopK", "TopK", [X(3, 6), I(2)]) { Outputs = [OnnxType.Float, OnnxType.Int64] },
        new("Trilu below", "Trilu", [X(4, 5), I0(1)], new OnnxAttribute("upper", 0L)),
        new("ConstantOfShape", "ConstantOfShape", [XI([2, 3], 2)], new OnnxAttribute("value", OnnxTensor.Of("", [1], [0.5f]))),
        new("Range", "Range", [I0(1), XI([9], []), I0(3)]) { Outputs = Int },

        .. new[] { "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric" }.SelectMany(coordinates => new[] { "nearest", "linear", "cubic" }.Select(mode =>
            new OnnxCase($"Resize {mode} {coordinates}", "Resize", [X(2, 3, 5, 7), null, F(1, 1, 1.8f, 0.7f)], new OnnxAttribute("mode", mode), new OnnxAttribute("coordinate_transformation_mode", coordinates)))),
        .. new[] { "round_prefer_floor", "round_prefer_ceil", "floor", "ceil" }.Select(nearest =>
            new OnnxCase($"Resize nearest {nearest}", "Resize", [X(2, 3, 5, 7), null, F(1, 1, 2, 3)], new OnnxAttribute("nearest_mode", nearest))),
        new("Resize to sizes", "Resize", [X(2, 3, 5, 7), null, null, I(2, 3, 10, 9)], new OnnxAttribute("mode", "linear")),
        new("Resize over axes", "Resize", [X(2, 3, 5, 7), null, null, I(10, 9)], new OnnxAttribute("axes", [2L, 3])),
        new("Resize cubic inside only", "Resize", [X(2, 3, 5, 7), null, F(1, 1, 2, 2)], new OnnxAttribute("mode", "cubic"), new OnnxAttribute("exclude_outside", 1L), new OnnxAttribute("cubic_coeff_a", -0.5f)),
        new("Resize 10", "Resize", [X(2, 3, 5, 7), F(1, 1, 2, 2)], new OnnxAttribute("mode", "linear")) { Opset = 10 },
        new("Upsample", "Upsample", [X(2, 3, 5, 7), F(1, 1, 2, 3)]) { Opset = 9 },
        new("Upsample 7", "Upsample", [X(2, 3, 5, 7)], new OnnxAttribute("scales", [1f, 1, 2, 2])) { Opset = 7 },
    ];

    public static TheoryData<string> Names => [.. Cases.Select(example => example.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_operator_gives_what_ONNX_Runtime_gives(string name)
    {
        var example = Cases.Single(example => example.Name == name);

        OnnxRuntime.Compare(example.Model(), example.Tensors);
    }

    [Fact]
    public void The_page_names_each_operator()
    {
        var page = Repository.Read("docs/onnx.md");

        Assert.All(Operators.Names, name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_operator_is_compared() =>
        Assert.Empty(Operators.Names.Except(Cases.Select(example => example.Operator)).Except(["Constant", "DequantizeLinear", "Swish"]));
}
