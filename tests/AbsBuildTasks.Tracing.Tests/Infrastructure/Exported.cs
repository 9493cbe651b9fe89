using System.Runtime.InteropServices;
using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Operators;
using AbsBuildTasks.Search.Tracing;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace AbsBuildTasks.Tracing.Tests.Infrastructure;

/// <summary>Networks as ONNX, and what ONNX Runtime makes of them.</summary>
internal static class Exported
{
    /// <summary>Traces a network; runs in the copy.</summary>
    public static TracedGraph Trace(Module<Tensor, Tensor> network, Tensor examples) =>
        NetworkTrace.Of(network, inputs => [network.call(inputs[0])], [examples], OperatorTable.Has);

    /// <summary>The values of a tensor of floats; runs in the copy.</summary>
    public static float[] Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.detach().contiguous().bytes).ToArray();

    /// <summary>Runs a file with one input and one output.</summary>
    public static float[] Run(byte[] file, float[] input, long[] shape, bool isOptimised = true)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, GraphOptimizationLevel = isOptimised ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_DISABLE_ALL };
        using var session = new InferenceSession(file, options);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("input", new DenseTensor<float>(input, [.. shape.Select(size => (int)size)]))]);
        return [.. results[0].AsEnumerable<float>()];
    }

    /// <summary>What ONNX Runtime makes of a file before it runs it.</summary>
    public static OnnxModel Optimised(byte[] file)
    {
        var path = Path.GetTempFileName();
        try
        {
            using var options = new SessionOptions { OptimizedModelFilePath = path, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED };
            using var session = new InferenceSession(file, options);
            return OnnxModel.Read(File.ReadAllBytes(path), "optimised");
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The largest difference, relative to the largest value.</summary>
    public static double Difference(float[] values, float[] wanted)
    {
        Assert.Equal(wanted.Length, values.Length);
        return values.Zip(wanted, (value, want) => (double)Math.Abs(value - want)).Max() / wanted.Max(value => (double)Math.Abs(value));
    }
}
