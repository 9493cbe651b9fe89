using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Onnx;
using TorchSharp;
using Xunit;
using static AbsBuildTasks.Search.Tests.Import.CaseInput;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Import;

/// <summary>What is not read is refused by name, and what does not fit together, too.</summary>
public sealed class RefusalTests
{
    private static readonly (OnnxCase Case, string Problem)[] Unsupported =
    [
        (new("", "Loop", [X(2, 3)]), "node 'the node' (Loop): this operator is not read; export the network without it"),
        (new("", "If", [X(2, 3)]), "(If): this operator is not read"),
        (new("", "RNN", [X(2, 3)]), "(RNN): this operator is not read"),
        (new("", "LSTM", [X(5, 3, 4), W(1, 8, 4), W(1, 8, 2), null, I(5, 5, 5)]), "sequences of several lengths are not read"),
        (new("", "LSTM", [X(5, 3, 4), W(1, 8, 4), W(1, 8, 2)], new OnnxAttribute("layout", 1L)), "only sequences with the time in front are read"),
        (new("", "LSTM", [X(5, 3, 4), W(1, 8, 4), W(1, 8, 2)], new OnnxAttribute("clip", 1f)), "its attribute 'clip' is not read"),
        (new("", "QuantizeLinear", [X(2, 3), F0(1)]), "already quantised; load the one before that"),
        (new("", "ConvInteger", [X(2, 3), F0(1)]), "already quantised"),
        (new("", "DequantizeLinear", [X(2, 3), F0(1)]), "already quantised"),
        (new("", "Relu", [X(2, 3)], new OnnxAttribute("slope", 1L)), "its attribute 'slope' is not read"),
        (new("", "Relu", [X(2, 3)]) { Opset = 6 }, "operators of version 6 are not read; export it with opset_version 7 to 25"),
        (new("", "Relu", [X(2, 3)]) { Opset = 99 }, "operators of version 99 are not read"),
        (new("", "Conv", [X(2, 3, 4, 4), X(3, 3, 2, 2)]), "input 1 must be a constant of the file"),
        (new("", "Conv", [X(2, 3, 4, 4), W(3, 3, 2, 2)], new OnnxAttribute("auto_pad", "OTHER")), "its auto_pad 'OTHER' is not read"),
        (new("", "ConvTranspose", [X(2, 3, 4, 4), W(3, 3, 2, 2)], new OnnxAttribute("output_shape", [8L, 8])), "export it with pads"),
        (new("", "Resize", [X(2, 3, 4, 4), null, F(1, 1, 2, 2)], new OnnxAttribute("coordinate_transformation_mode", "tf_crop_and_resize")), "it is read with the coordinates half_pixel"),
        (new("", "Resize", [X(2, 3, 4, 4), null, F(1, 1, 2, 2)], new OnnxAttribute("antialias", 1L)), "without antialias"),
        (new("", "Cast", [X(2, 3)], new OnnxAttribute("to", 8L)), "a cast to text is not read"),
        (new("", "MaxPool", [X(2, 3, 4, 4)], new OnnxAttribute("kernel_shape", [2L, 2])) { Outputs = [OnnxType.Float, OnnxType.Int64] }, "only its first output is read"),
        (new("", "Pad", [X(2, 3), I(0, 0, 0, 0)], new OnnxAttribute("mode", "other")), "its mode 'other' is not read"),
        (new("", "Gelu", [X(2, 3)], new OnnxAttribute("approximate", "other")), "its approximation 'other' is not read"),
    ];

    private static readonly (OnnxCase Case, string Problem)[] Invalid =
    [
        (new("", "Relu", [X(2, 3), X(2, 3)]), "it has 2 inputs, but the operator takes 1"),
        (new("", "Add", [X(2, 3), null]), "it has 2 inputs, but the operator takes 2"),
        (new("", "Clip", [null, F0(1)]), "takes 1 to 3"),
        (new("", "Softmax", [X(2, 3)], new OnnxAttribute("axis", 1f)), "its attribute 'axis' is of another kind"),
        (new("", "Softmax", [X(2, 3)], new OnnxAttribute("axis", 1L), new OnnxAttribute("axis", 0L)), "an attribute is given twice"),
        (new("", "Conv", [X(2, 3, 4, 4), W(3, 3)]), "its weights have shape [3, 3]"),
        (new("", "Conv", [X(2, 3, 4, 4), W(3, 3, 2, 2), W(2)]), "its bias is not one number for each filter"),
        (new("", "Conv", [X(2, 3, 4, 4), W(3, 3, 2, 2)], new OnnxAttribute("group", 2L)), "do not fall into 2 groups"),
        (new("", "Conv", [X(2, 3, 4, 4), W(3, 3, 2, 2)], new OnnxAttribute("kernel_shape", [3L, 3])), "is not that of its weights"),
        (new("", "Conv", [X(2, 3, 4, 4), W(3, 3, 2, 2)], new OnnxAttribute("strides", [0L, 1])), "do not fit together"),
        (new("", "Conv", [X(2, 3, 4, 4), W(3, 3, 2, 2)], new OnnxAttribute("pads", [0L, 1L << 40, 0, 0])), "do not fit together"),
        (new("", "MaxPool", [W(1, 1, 4, 4)], new OnnxAttribute("kernel_shape", [1L, 1]), new OnnxAttribute("pads", [0L, 1L << 20, 0, 1L << 20])), "(1024 for pads)"),
        (new("", "MaxPool", [X(2, 3, 4, 4)]), "its kernel_shape is missing"),
        (new("", "BatchNormalization", [X(2, 3), W(3), W(2), W(3), W(3)]), "not one number for each channel"),
        (new("", "GroupNormalization", [X(2, 3), W(3), W(3)]), "it has 0 groups"),
        (new("", "DepthToSpace", [X(2, 4, 2, 2)]), "its blocksize is not from 1"),
        (new("", "ConstantOfShape", [I(1 << 30, 1 << 30)]), "the result would have shape [1073741824, 1073741824]"),
        (new("", "Expand", [W(1), I(1L << 40)]), "the result would have shape"),
        (new("", "Tile", [W(2), I(long.MaxValue)]), "the result would have shape"),
        (new("", "Range", [F0(0), F0(1e30f), F0(1)]), "there are no numbers from 0"),
        (new("", "Range", [F0(0), F0(1e9f), F0(1)]), "the result would have shape [1000000000]"),
        (new("", "Pad", [W(2), I(1 << 30, 0)]), "or are beyond 1048576"),
        (new("", "Reshape", [W(2, 3), I(5)]), "it cannot be computed"),
        (new("", "Slice", [W(2, 3), I(0), I(1), I(7)]), "dimension 7, of 2"),
    ];

    public static TheoryData<int> UnsupportedCases => [.. Enumerable.Range(0, Unsupported.Length)];

    public static TheoryData<int> InvalidCases => [.. Enumerable.Range(0, Invalid.Length)];

    [Theory]
    [MemberData(nameof(UnsupportedCases))]
    public void What_is_not_read_is_refused(int number) => Refused(AbsCodes.UnsupportedOnnx, Unsupported[number].Problem, Unsupported[number].Case.Model());

    [Theory]
    [MemberData(nameof(InvalidCases))]
    public void What_cannot_be_is_refused(int number) => Refused(AbsCodes.InvalidOnnx, Invalid[number].Problem, Invalid[number].Case.Model());

    [Fact]
    public void Another_domain_is_refused() =>
        Refused(AbsCodes.UnsupportedOnnx, "operators of domain 'com.microsoft' are not read", Graph([new OnnxNode { OpType = "FusedConv", Domain = "com.microsoft", Inputs = ["x"], Outputs = ["y"] }]));

    [Fact]
    public void A_circle_is_refused() => Refused(AbsCodes.InvalidOnnx, "takes a value that is made from its own", Graph(
    [
        new OnnxNode { Name = "a", OpType = "Add", Inputs = ["x", "z"], Outputs = ["y"] },
        new OnnxNode { Name = "b", OpType = "Relu", Inputs = ["y"], Outputs = ["z"] },
    ]));

    [Fact]
    public void A_value_that_nothing_gives_is_refused() =>
        Refused(AbsCodes.InvalidOnnx, "nothing in the file gives 'w', which node 'a' (Add) takes", Graph([new OnnxNode { Name = "a", OpType = "Add", Inputs = ["x", "w"], Outputs = ["y"] }]));

    [Fact]
    public void An_output_that_nothing_gives_is_refused() => Refused(AbsCodes.InvalidOnnx, "nothing in the file gives 'y', which the graph's outputs are", Graph([]));

    [Fact]
    public void Two_values_of_one_name_are_refused() => Refused(AbsCodes.InvalidOnnx, "two values have the name 'y'", Graph(
    [
        new OnnxNode { OpType = "Relu", Inputs = ["x"], Outputs = ["y"] },
        new OnnxNode { OpType = "Tanh", Inputs = ["x"], Outputs = ["y"] },
    ]));

    [Fact]
    public void A_long_chain_is_read()
    {
        var nodes = Enumerable.Range(0, 20_000).Select(i => new OnnxNode { OpType = "Relu", Inputs = [i == 0 ? "x" : $"v{i}"], Outputs = [i == 19_999 ? "y" : $"v{i + 1}"] });
        using var network = OnnxRuntime.Load(Graph([.. nodes]));
        using var scope = NewDisposeScope();

        Assert.Equal([2, 3], network.call(rand(2, 3)).shape);
    }

    [Fact]
    public void Texts_that_go_in_are_refused() => Refused(AbsCodes.UnsupportedOnnx, "input 'x' is of text, which is not read", Graph([new OnnxNode { OpType = "Relu", Inputs = ["x"], Outputs = ["y"] }], OnnxType.Text));

    [Fact]
    public void A_file_that_is_none_is_refused()
    {
        Assert.Equal(AbsCodes.InvalidOnnx, Assert.Throws<AbsException>(() => OnnxRuntime.Load("version https://git-lfs.github.com/spec/v1\n"u8.ToArray())).Code);
        Assert.Equal(AbsCodes.InvalidOnnx, Assert.Throws<AbsException>(() => OnnxRuntime.Load([])).Code);
        Assert.Equal(AbsCodes.DataFileMissing, Assert.Throws<AbsException>(() => OnnxNetwork.Load("/no/such/file.onnx")).Code);
    }

    [Fact]
    public void A_file_for_a_number_of_examples_does_not_take_others()
    {
        var graph = new OnnxGraphBuilder { Batch = 1 };
        var rows = graph.Add("Reshape", [graph.Add("Transpose", [graph.Input("x", 4)]), graph.Ints("shape", 1, -1)]);
        var model = graph.Model(rows);
        var fixedModel = new OnnxModel
        {
            IrVersion = model.IrVersion,
            Opsets = model.Opsets,
            Graph = new OnnxGraph { Nodes = model.Graph.Nodes, Initializers = model.Graph.Initializers, Inputs = model.Graph.Inputs, Outputs = [new OnnxValueInfo(rows, OnnxType.Float, [new OnnxDim(1), new OnnxDim(4)])] },
        };
        using var network = OnnxRuntime.Load(fixedModel);
        using var scope = NewDisposeScope();

        Assert.Equal([1, 4], network.call(rand(1, 4)).shape);
        var error = Assert.Throws<AbsException>(() => network.call(rand(3, 4)));
        Assert.Equal(AbsCodes.UnsupportedOnnx, error.Code);
        Assert.Contains("gives 1 results for 3 examples", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_are_refused_or_read()
    {
        var bytes = OnnxNetworks.Attention().ToBytes();
#pragma warning disable CA5394 // Tests, not secrets.
        var random = new Random(5);
        for (var round = 0; round < 300; round++)
        {
            var changed = (byte[])bytes.Clone();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                using var network = OnnxRuntime.Load(changed);
            }
            catch (AbsException refusal)
            {
                Assert.StartsWith("ABS600", refusal.Code, StringComparison.Ordinal);
            }
        }
    }

    private static OnnxModel Graph(OnnxNode[] nodes, OnnxType type = OnnxType.Float) => new()
    {
        IrVersion = 8,
        Opsets = [new OnnxOpset("", 17)],
        Graph = new OnnxGraph { Nodes = nodes, Inputs = [new OnnxValueInfo("x", type, null)], Outputs = [new OnnxValueInfo("y", OnnxType.Float, null)] },
    };

    private static void Refused(string code, string problem, OnnxModel model)
    {
        var error = Assert.Throws<AbsException>(() => OnnxRuntime.Load(model).Dispose());

        Assert.Equal(code, error.Code);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains(".onnx'", error.Message, StringComparison.Ordinal);
    }
}
