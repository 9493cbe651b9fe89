using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport;
using AbsBuildTasks.Search.OnnxExport.Operators;
using AbsBuildTasks.Search.Tracing;
using AbsBuildTasks.Tracing.Tests.Infrastructure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Tracing.Tests;

public sealed class FloatExportTests
{
    public static TheoryData<string> Names => [.. Networks.Names.Union(Tried.All), .. NativeExportTests.Written];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_network_computes_the_same_in_ONNX_Runtime_at_another_batch_size(string name)
    {
        var (file, input, shape, wanted) = Rewritten.Run<(byte[], float[], long[], float[])>(Export, name);

        Assert.InRange(Exported.Difference(Exported.Run(file, input, shape), wanted), 0, 1e-5);
    }

    [Fact]
    public void Names_are_the_networks_and_the_batch_size_is_free()
    {
        var graph = OnnxModel.Read(Rewritten.Run<(byte[], float[], long[], float[])>(Export, "digits").Item1, "file").Graph;

        Assert.Equal(["conv1", "norm1", "relu", "conv2", "norm2", "relu_2", "max_pool2d", "conv3", "norm3", "relu_3", "max_pool2d_2", "flatten", "hidden", "relu_4", "logits"], graph.Nodes.Select(node => node.Name));
        Assert.Contains("conv2.weight", graph.Initializers.Select(tensor => tensor.Name));
        Assert.Contains("norm3.running_var", graph.Initializers.Select(tensor => tensor.Name));
        Assert.Equal([new(null, "N"), new(1), new(8), new OnnxDim(8)], Assert.Single(graph.Inputs).Dims!);
        Assert.Equal([new(null, "N"), new OnnxDim(10)], Assert.Single(graph.Outputs).Dims!);
    }

    [Fact]
    public void The_same_network_gives_the_same_bytes() =>
        Assert.Equal(Rewritten.Run<(byte[], float[], long[], float[])>(Export, "inception").Item1, Rewritten.Run<(byte[], float[], long[], float[])>(Export, "inception").Item1);

    [Fact]
    public void An_output_that_is_given_twice_has_two_names_and_one_maker()
    {
        var graph = OnnxModel.Read(Rewritten.Run<byte[]>(ExportTwice), "file").Graph;

        Assert.Equal(["output_0", "output_1", "output_2"], graph.Outputs.Select(output => output.Name));
        var made = graph.Nodes.SelectMany(node => node.Outputs).Concat(graph.Initializers.Select(tensor => tensor.Name)).ToHashSet(StringComparer.Ordinal);
        Assert.All(graph.Nodes.SelectMany(node => node.Inputs).Concat(graph.Outputs.Select(output => output.Name)), name => Assert.True(name == "input" || made.Contains(name), name));
    }

    private static byte[] ExportTwice()
    {
        using var scope = NewDisposeScope();
        var (network, examples) = Networks.Make("arithmetic", 10);
        var traced = NetworkTrace.Of(
            network,
            inputs =>
            {
                var y = network.call(inputs[0]);
                return [y, y, y.alias()];
            },
            [examples],
            OperatorTable.Has);
        return FloatExport.Write(traced).ToModel("").ToBytes();
    }

    private static (byte[] File, float[] Input, long[] Shape, float[] Wanted) Export(string name)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (network, examples) = Networks.Make(name, 7);
        var file = FloatExport.Write(Exported.Trace(network, examples)).ToModel("1.2.3").ToBytes();
        return (file, Exported.Values(examples), examples.shape, Exported.Values(network.call(examples)));
    }
}
