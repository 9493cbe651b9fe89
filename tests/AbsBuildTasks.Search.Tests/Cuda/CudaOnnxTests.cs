using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.Tests.Import;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Cuda;

/// <summary>Networks from ONNX files on a GPU: what they compute of shapes stays on the processor.</summary>
public sealed class CudaOnnxTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [CudaFact]
    public void Attention_gives_what_it_gives_on_the_processor() => Compare(OnnxNetworks.Attention(), randint(11, [3, 6], ScalarType.Int64));

    [CudaFact]
    public void A_UNet_gives_what_it_gives_on_the_processor() => Compare(OnnxNetworks.UNet(), rand(2, 3, 16, 16));

    private static void Compare(OnnxModel model, Tensor input)
    {
        using var network = OnnxRuntime.Load(model);
        network.eval();
        using var noGradient = no_grad();
        var expected = network.call(input);

        Gpu.AssertNear(expected, network.to(Gpu.Device).call(input.to(Gpu.Device)));
    }
}
