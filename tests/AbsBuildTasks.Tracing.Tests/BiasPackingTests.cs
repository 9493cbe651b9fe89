using System.Runtime.InteropServices;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;
using AbsBuildTasks.Search.OnnxExport.Quantized;
using AbsBuildTasks.Tracing.Tests.Infrastructure;

namespace AbsBuildTasks.Tracing.Tests;

/// <summary>Biases of layers on integers.</summary>
public sealed class BiasPackingTests
{
    [Theory]
    [InlineData("lenet", "symmetric", "2;4;8", false)]
    [InlineData("lenet", "symmetric by filter", "8", false)]
    [InlineData("digits", "symmetric", "2;4;8", false)]
    [InlineData("digits", "unit", "1;3;6", false)]
    [InlineData("resnet8", "symmetric by filter", "4;8", true)]
    [InlineData("mobilenet", "symmetric", "8", true)]
    public void A_bias_is_of_whole_numbers_and_the_runtime_adds_these(string name, string grid, string bits, bool hasSums)
    {
        var (file, _, _, _, _) = CompressedFile.Of(name, grid, bits, hasSums: hasSums);

        var graph = OnnxModel.Read(file, "file").Graph;
        var makers = graph.Nodes.Where(node => node.OpType == "DequantizeLinear").ToDictionary(node => node.Outputs[0]);
        var constants = graph.Initializers.ToDictionary(tensor => tensor.Name);
        var layers = graph.Nodes.Where(node => node.OpType is "Conv" or "Gemm" && makers.ContainsKey(node.Inputs[1]) && node.Inputs.Count > 2).ToArray();
        Assert.NotEmpty(layers);
        Assert.All(layers, layer =>
        {
            var bias = makers[layer.Inputs[2]];
            var input = Assert.Single(TensorBytes.Floats(constants[makers[layer.Inputs[0]].Inputs[1]]));
            Assert.Equal(OnnxType.Int32, constants[bias.Inputs[0]].Type);
            Assert.Equal(TensorBytes.Floats(constants[makers[layer.Inputs[1]].Inputs[1]]).Select(scale => input * scale), TensorBytes.Floats(constants[bias.Inputs[1]]));
        });

        var optimised = Exported.Optimised(file).Graph;
        var added = optimised.Nodes.Where(node => node.OpType is "QLinearConv").Select(node => node.Inputs.ElementAtOrDefault(8))
            .Concat(optimised.Nodes.Where(node => node.OpType is "QGemm").Select(node => node.Inputs.ElementAtOrDefault(6)))
            .Where(bias => !string.IsNullOrEmpty(bias));
        Assert.Equal(
            layers.Select(layer => Hex(constants[makers[layer.Inputs[2]].Inputs[0]])).Order(),
            added.Select(bias => Hex(optimised.Initializers.Single(tensor => tensor.Name == bias))).Order());
    }

    [Theory]
    [InlineData(8, 1)]
    [InlineData(4, 18)]
    [InlineData(2, 127)]
    public void A_filter_that_is_next_to_nothing_beside_its_bias_gets_a_scale_under_which_it_has_room(int bits, int fill)
    {
        var (graph, layer) = Packed(bits, factor: [1e-20f, 1], out var packed);

        Assert.True(packed.IsOnIntegers);
        var bias = graph.Nodes.Single(node => node.Outputs[0] == layer.Inputs[2]);
        int[] whole = [.. MemoryMarshal.Cast<byte, int>(graph.Constants[bias.Inputs[0]].Data.Span)];
        var units = TensorBytes.Floats(graph.Constants[bias.Inputs[1]]);
        Assert.Equal([-0.5, 0.25], whole.Zip(units, (value, unit) => Math.Round((double)value * unit, 3)));
        Assert.InRange(Math.Abs(whole[0]), (1 << 30) - 64, (1 << 30) + 64);
        Assert.Equal(0.5f * 0.125f / fill, units[1]);
    }

    [Fact]
    public void Where_one_scale_for_all_leaves_it_no_room_the_layer_stays_in_floating_point()
    {
        var (graph, layer) = Packed(8, factor: null, out var packed, scale: 1e-20f);

        Assert.False(packed.IsOnIntegers);
        Assert.Equal("bias", layer.Inputs[2]);
        Assert.DoesNotContain(graph.Nodes, node => node.OpType == "DequantizeLinear" && node.Outputs[0] == layer.Inputs[1]);
    }

    /// <summary>A convolution of two filters between quantisers.</summary>
    private static (ExportGraph Graph, OnnxNode Layer) Packed(int bits, float[]? factor, out PackedWeight packed, float scale = 0.125f)
    {
        var graph = new ExportGraph(17);
        float[] values = [.. new[] { 1f, -1 }.Select((level, filter) => level * scale * (factor?[filter] ?? 1))];
        var weight = graph.Constant(OnnxTensor.Of("c.weight", [2, 1, 1, 1], values));
        var bias = graph.Constant(OnnxTensor.Of("bias", [2], [-0.5f, 0.25f]));
        string[] levels = [graph.Scalar(0.5, OnnxType.Float), graph.Scalar(0, OnnxType.UInt8)];
        var input = graph.Add("d", "DequantizeLinear", ["input", .. levels]);
        var result = graph.Add("c", "Conv", [input, weight, bias], new OnnxAttribute("kernel_shape", new long[] { 1, 1 }));
        _ = graph.Add("q", "QuantizeLinear", [result, .. levels]);
        packed = WeightPacking.Write(graph, 1, new LevelGrid(scale, -((1 << (bits - 1)) - 1), (1 << (bits - 1)) - 1), Target.AllFuses, factor);
        return (graph, graph.Nodes.Single(node => node.OpType == "Conv"));
    }

    private static string Hex(OnnxTensor tensor) => Convert.ToHexString(tensor.Data.Span);
}
