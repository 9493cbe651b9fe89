using AbsBuildTasks.Search.OnnxExport;
using AbsBuildTasks.Tracing.Tests.Infrastructure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Tracing.Tests;

public sealed class FloatExportTests
{
    public static TheoryData<string> Names => Networks.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_network_computes_the_same_in_ONNX_Runtime_at_another_batch_size(string name)
    {
        var (file, input, shape, wanted) = Rewritten.Run<(byte[], float[], long[], float[])>(Export, name);

        Assert.InRange(Exported.Difference(Exported.Run(file, input, shape), wanted), 0, 1e-5);
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
