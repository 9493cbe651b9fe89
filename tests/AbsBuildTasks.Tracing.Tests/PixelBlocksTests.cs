using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Tracing.Tests.Infrastructure;

namespace AbsBuildTasks.Tracing.Tests;

/// <summary>Files whose convolutions of few input channels take blocks of pixels.</summary>
public sealed class PixelBlocksTests
{
    [Theory]
    [InlineData("lenet", "symmetric", "2;4;8", false)]
    [InlineData("lenet", "symmetric by filter", "2;4;8", false)]
    [InlineData("lenet", "symmetric", "4", false)]
    [InlineData("digits", "symmetric", "4;8", false)]
    [InlineData("digits", "unit", "1;3;6", false)]
    [InlineData("resnet8", "symmetric", "4;8", true)]
    [InlineData("resnet18", "symmetric by filter", "8", true)]
    [InlineData("mobilenet", "symmetric", "4;8", true)]
    public void The_network_gives_the_same_to_the_bit(string name, string grid, string bits, bool hasSums)
    {
        var (plain, _, input, shape, wanted) = CompressedFile.Of(name, grid, bits, hasSums: hasSums);
        var (blocked, _, _, _, _) = CompressedFile.Of(name, grid, bits, hasSums: hasSums, inputMultiple: 4);

        var (before, after) = (Exported.Optimised(plain).Graph, Exported.Optimised(blocked).Graph);

        Assert.NotEqual(0, First(before).Dims[1] % 4);
        Assert.Equal(0, First(after).Dims[1] % 4);
        Assert.Equal(Count(before, "QLinearConv"), Count(after, "QLinearConv"));
        Assert.Equal(Exported.Run(plain, input, shape), Exported.Run(blocked, input, shape));
        if (!hasSums)
        {
            Assert.InRange(CompressedFile.MeanDifference(Exported.Run(blocked, input, shape, isOptimised: false), wanted), 0, 2e-3);
        }
    }

    /// <summary>The other form of the weight is made when the file is loaded.</summary>
    [Fact]
    public void The_file_holds_the_weight_as_the_plan_has_it()
    {
        var (plain, _, _, _, _) = CompressedFile.Of("lenet", "symmetric", "2;4;8");
        var (blocked, _, _, _, _) = CompressedFile.Of("lenet", "symmetric", "2;4;8", inputMultiple: 4);

        Assert.Equal(Levels(plain), Levels(blocked));
        Assert.InRange(blocked.Length - plain.Length, 1, 1500);
    }

    [Theory]
    [InlineData("lenet", 1)]
    [InlineData("resnet8", 4)]
    public void Where_channels_are_as_many_or_results_no_integers_all_stays_as_it_is(string name, int inputMultiple)
    {
        var (plain, _, _, _, _) = CompressedFile.Of(name, "symmetric", "4;8");
        var (same, _, _, _, _) = CompressedFile.Of(name, "symmetric", "4;8", inputMultiple: inputMultiple);

        Assert.Equal(plain, same);
    }

    private static OnnxTensor First(OnnxGraph graph)
    {
        var layer = graph.Nodes.First(node => node.OpType == "QLinearConv");
        return graph.Initializers.Single(tensor => tensor.Name == layer.Inputs[3]);
    }

    private static int Count(OnnxGraph graph, string type) => graph.Nodes.Count(node => node.OpType == type);

    private static IEnumerable<(string Name, string Bytes)> Levels(byte[] file) => OnnxModel.Read(file, "file").Graph.Initializers
        .Where(tensor => tensor.Name.EndsWith(".levels", StringComparison.Ordinal))
        .Select(tensor => (tensor.Name, Convert.ToHexString(tensor.Data.Span)));
}
