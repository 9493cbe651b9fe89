using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Tracing.Tests.Infrastructure;

namespace AbsBuildTasks.Tracing.Tests;

/// <summary>Files whose sums, concatenations and means are quantised, too.</summary>
public sealed class SumExportTests
{
    private static readonly string[] Floats = ["Conv", "FusedConv"];

    [Theory]
    [InlineData("resnet8", 9, "QLinearAdd")]
    [InlineData("resnet18", 20, "QLinearAdd")]
    [InlineData("mobilenet", 52, "QLinearAdd")]
    [InlineData("inception", 5, "QLinearConcat")]
    [InlineData("residual", 3, "QLinearAdd")]
    public void All_convolutions_run_on_integers_and_give_nearly_the_same(string name, int convolutions, string joined)
    {
        var (file, _, input, shape, wanted) = CompressedFile.Of(name, "symmetric", "8", hasSums: true);

        var optimised = Exported.Optimised(file).Graph.Nodes.Select(node => node.OpType).ToArray();
        Assert.DoesNotContain(optimised, Floats.Contains);
        Assert.Equal(convolutions, optimised.Count(type => type == "QLinearConv"));
        Assert.Contains(joined, optimised);
        Assert.InRange(CompressedFile.MeanDifference(Exported.Run(file, input, shape), wanted), 0, 5e-2);
    }

    [Theory]
    [InlineData("u-net", "2;4;8")]
    [InlineData("squeeze-excite", "4;8")]
    [InlineData("shuffle", "4;8")]
    [InlineData("pre-activation", "4;8")]
    [InlineData("depthwise twice", "4;8")]
    [InlineData("grouped transposed", "2;4;8")]
    [InlineData("attention", "4;8")]
    public void Any_network_gives_nearly_the_same(string name, string bits)
    {
        var (file, _, input, shape, wanted) = CompressedFile.Of(name, "symmetric", bits, hasSums: true);

        Assert.InRange(CompressedFile.MeanDifference(Exported.Run(file, input, shape, isOptimised: false), wanted), 0, 5e-2);
        Assert.InRange(CompressedFile.MeanDifference(Exported.Run(file, input, shape), wanted), 0, 6e-2);
    }

    [Theory]
    [InlineData("attention", 2)]
    [InlineData("scaled attention", 2)]
    public void Products_of_activations_run_on_integers(string name, int products)
    {
        var (file, _, input, shape, wanted) = CompressedFile.Of(name, "symmetric", "8", hasSums: true);
        var (floats, _, _, _, _) = CompressedFile.Of(name, "symmetric", "8");

        Assert.Equal(products, Exported.Optimised(file).Graph.Nodes.Count(node => node.OpType is "MatMulIntegerToFloat" or "QLinearMatMul" or "MatMulInteger"));
        Assert.DoesNotContain(Exported.Optimised(file).Graph.Nodes, node => node.OpType is "MatMul" or "FusedMatMul");
        Assert.Equal(products, Exported.Optimised(floats).Graph.Nodes.Count(node => node.OpType is "MatMul" or "FusedMatMul"));
        Assert.InRange(CompressedFile.MeanDifference(Exported.Run(file, input, shape), wanted), 0, 5e-2);
    }

    [Theory]
    [InlineData("attention")]
    [InlineData("resnet18")]
    public void What_several_layers_take_is_quantised_once(string name)
    {
        var (file, _, input, shape, wanted) = CompressedFile.Of(name, "symmetric", "8", hasSums: true, hasTrained: true);

        Assert.All(OnnxModel.Read(file, "file").Graph.Nodes.Where(node => node.OpType == "QuantizeLinear").GroupBy(node => node.Inputs[0]), value => Assert.Single(value));
        Assert.InRange(CompressedFile.MeanDifference(Exported.Run(file, input, shape, isOptimised: false), wanted), 0, 5e-2);
    }

    [Fact]
    public void A_chain_of_layers_has_no_sums_and_stays_as_it_is() =>
        Assert.Equal(CompressedFile.Of("lenet", "symmetric", "4;8").File, CompressedFile.Of("lenet", "symmetric", "4;8", hasSums: true).File);

    [Theory]
    [InlineData("2", 24, 21, nameof(OnnxType.Int4))]
    [InlineData("2", 20, 17, nameof(OnnxType.Int8))]
    [InlineData("4", 17, 17, nameof(OnnxType.Int8))]
    [InlineData("8", 25, 17, nameof(OnnxType.Int8))]
    public void Under_a_lower_opset_weights_are_wider_and_compute_the_same(string bits, int highest, long opset, string type)
    {
        var (file, _, input, shape, _) = CompressedFile.Of("digits", "symmetric", bits);
        var (wide, _, _, _, _) = CompressedFile.Of("digits", "symmetric", bits, highest);

        var model = OnnxModel.Read(wide, "file");
        Assert.Equal(opset, Assert.Single(model.Opsets).Version);
        Assert.Equal([type, type, type, type, type], model.Graph.Initializers.Where(tensor => tensor.Dims.Count > 1).Select(tensor => tensor.Type.ToString()));
        Assert.Equal(Exported.Run(file, input, shape), Exported.Run(wide, input, shape));
    }
}
