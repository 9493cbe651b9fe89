using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Tracing.Tests.Infrastructure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Tracing.Tests;

/// <summary>Files for runtimes that do not make every clip part of the layer in front of it.</summary>
public sealed class FusingTests
{
    private const string None = "";

    [Theory]
    [InlineData("digits", "symmetric", "2;4;8", None, false)]
    [InlineData("digits", "symmetric by filter", "8", None, false)]
    [InlineData("digits", "unit", "1;3;6", None, false)]
    [InlineData("lenet", "symmetric", "2;4;8", "Clip", false)]
    [InlineData("mobilenet", "symmetric", "4;8", "Relu", true)]
    [InlineData("resnet8", "symmetric", "4;8", None, true)]
    [InlineData("inception", "symmetric", "8", None, true)]
    public void What_does_not_fuse_stays_between_quantisers_and_the_network_gives_the_same_to_the_bit(string name, string grid, string bits, string fuses, bool hasSums)
    {
        var (fused, _, input, shape, _) = CompressedFile.Of(name, grid, bits, hasSums: hasSums);
        var (apart, _, _, _, _) = CompressedFile.Of(name, grid, bits, hasSums: hasSums, fuses: fuses);

        Assert.True(Clips(apart) > Clips(fused), $"{Clips(apart)} of {Clips(fused)}");
        Assert.Equal(Interpreted(fused, input, shape), Interpreted(apart, input, shape));
        Assert.Equal(Exported.Run(fused, input, shape, isOptimised: false), Exported.Run(apart, input, shape, isOptimised: false));
        Assert.Equal(Exported.Run(fused, input, shape), Exported.Run(apart, input, shape));
    }

    [Theory]
    [InlineData("digits", false)]
    [InlineData("lenet", false)]
    [InlineData("resnet8", true)]
    [InlineData("mobilenet", true)]
    public void Layers_in_front_of_them_run_on_integers_all_the_same(string name, bool hasSums)
    {
        var (fused, _, _, _, _) = CompressedFile.Of(name, "symmetric", "4;8", hasSums: hasSums, inputMultiple: 4);
        var (apart, _, _, _, _) = CompressedFile.Of(name, "symmetric", "4;8", hasSums: hasSums, inputMultiple: 4, fuses: None);

        Assert.NotEqual(0, OnIntegers(fused));
        Assert.Equal(OnIntegers(fused), OnIntegers(apart));
        Assert.Equal(Quantised(fused), Quantised(apart));
    }

    /// <summary>Clips of floats.</summary>
    private static int Clips(byte[] file)
    {
        var graph = OnnxModel.Read(file, "file").Graph;
        return graph.Nodes.Count(node => node.OpType == "Relu" || (node.OpType == "Clip" && graph.Nodes.First(maker => maker.Outputs[0] == node.Inputs[0]).OpType != "QuantizeLinear"));
    }

    private static int OnIntegers(byte[] file) => Exported.Optimised(file).Graph.Nodes.Count(node => node.OpType is "QLinearConv" or "QGemm");

    /// <summary>Layers right in front of a quantiser, on weights of integers.</summary>
    private static int Quantised(byte[] file)
    {
        var graph = OnnxModel.Read(file, "file").Graph;
        return graph.Nodes.Count(node => node.OpType is "Conv" or "Gemm" && graph.Nodes.Any(maker => maker.OpType == "DequantizeLinear" && maker.Outputs[0] == node.Inputs[1]));
    }

    private static float[] Interpreted(byte[] file, float[] input, long[] shape)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var network = OnnxNetwork.Quantized(file, "file");
        network.eval();
        return network.Run([tensor(input, shape)])[0].data<float>().ToArray();
    }
}
