using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport;
using AbsBuildTasks.Search.Profiling;
using AbsBuildTasks.Search.Tests.Import;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Profiling;

public class LayerCallsTests
{
    [Fact]
    public void Calls_are_those_of_one_inference_with_their_sizes()
    {
        using var scope = NewDisposeScope();
        var (conv, wide, same, fc) = (Conv2d(3, 6, 3, stride: 2, padding: 1), Conv2d(6, 6, (3, 1), dilation: (2, 1), groups: 6), Conv2d(6, 6, 4, padding: TorchSharp.Padding.Same), Linear(6, 5));
        using var network = new FunctionNetwork(x => fc.call(same.call(wide.call(conv.call(x))).mean([2, 3])), ("conv", conv), ("wide", wide), ("same", same), ("fc", fc));

        Assert.Equal(
            [
                "Conv 1x3x12x12, kernel 3x3, strides 2 2, pads 1 1 1 1",
                "Conv 1x6x6x6, kernel 3x1, dilations 2 1",
                "Conv 1x6x2x6, kernel 4x4, pads 1 1 2 2",
                "Gemm 1x6",
            ],
            Of(network, rand([1, 3, 12, 12])).Select(calls => calls.ToString()));
    }

    [Fact]
    public void Layers_that_run_twice_or_on_sequences_or_transposed_have_all_their_calls()
    {
        using var scope = NewDisposeScope();
        var (up, fc) = (ConvTranspose1d(4, 4, 3, stride: 2, padding: 1, output_padding: 1), Linear(4, 4));
        using var network = new FunctionNetwork(x => fc.call(fc.call(up.call(x).transpose(1, 2))), ("up", up), ("fc", fc));

        Assert.Equal(["ConvTranspose 1x4x5, kernel 3, strides 2, pads 1 1, output_padding 1", "MatMul 1x10x4 + MatMul 1x10x4"], Of(network, rand([1, 4, 5])).Select(calls => calls.ToString()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_call_runs_in_ONNX_Runtime_at_every_point_with_the_sizes_of_torch(bool isOnIntegers)
    {
        using var scope = NewDisposeScope();
        var (conv, depthwise, grouped, up, matrix, fc) = (Conv2d(3, 8, 3, stride: 2, padding: 1), Conv2d(8, 16, 3, groups: 8), Conv2d(16, 8, 1, groups: 4), ConvTranspose2d(8, 8, 2, stride: 2), Linear(8, 8), Linear(8, 5));
        using var network = new FunctionNetwork(
            x => fc.call(matrix.call(up.call(grouped.call(depthwise.call(conv.call(x)))).flatten(2).transpose(1, 2)).mean([1])),
            ("conv", conv), ("depthwise", depthwise), ("grouped", grouped), ("up", up), ("matrix", matrix), ("fc", fc));

        foreach (var layer in Of(network, rand([1, 3, 12, 12])))
        {
            var (shape, call) = (layer.Shape, layer.Calls[0]);
            foreach (var filters in PruningGrid.Filters(shape))
            {
                foreach (var inputs in PruningGrid.Inputs(shape))
                {
                    var file = LayerGraph.Write(call, shape, filters, inputs, isOnIntegers, batch: 2, copies: 3);
                    var graph = OnnxModel.Read(file, "layer").Graph;
                    var results = OnnxRuntime.Shapes(file);

                    Assert.Equal(3, results.Count);
                    Assert.All(results, result => Assert.Equal(2, result[0]));
                    Assert.All(results, result => Assert.Contains(filters, result));
                    Assert.Equal(3, graph.Nodes.Count(node => node.OpType == call.Operator));
                }
            }
        }
    }

    [Fact]
    public void Points_are_whole_vectors_of_large_layers_and_all_there_is_of_small_ones()
    {
        Assert.Equal([8, 16, 32, 48, 64], PruningGrid.Filters(Shape(64, 3)));
        Assert.Equal([4, 8, 12, 16, 20], PruningGrid.Filters(Shape(20, 3)));
        Assert.Equal([2, 3, 5, 8, 10], PruningGrid.Filters(Shape(10, 3)));
        Assert.Equal([1, 2, 3], PruningGrid.Inputs(Shape(64, 3)));
        Assert.Equal([1], PruningGrid.Inputs(Shape(64, 1)));

        // A depthwise layer of two filters for each of 32 inputs, and four groups of four.
        Assert.Equal([8, 16, 32, 48, 64], PruningGrid.Filters(Shape(64, 32, 32)));
        Assert.Equal([32], PruningGrid.Inputs(Shape(64, 32, 32)));
        Assert.Equal((16, 8, 8), PruningGrid.At(Shape(64, 32, 32), 16, 32));
        Assert.Equal([4, 8, 12, 16], PruningGrid.Filters(Shape(16, 16, 4)));
        Assert.Equal((8, 12, 4), PruningGrid.At(Shape(16, 16, 4), 8, 12));
    }

    private static Plans.Cost.LayerShape Shape(int filters, int inputs, int groups = 1) => new() { Name = "c", Kind = "Conv2d", Filters = filters, InputChannels = inputs, Groups = groups };

    private static IReadOnlyList<LayerCalls> Of(FunctionNetwork network, Tensor example)
    {
        network.eval();
        return LayerCalls.Of(Traced.Model(network), Traced.Probe(network, example).Layers, [example]);
    }
}
