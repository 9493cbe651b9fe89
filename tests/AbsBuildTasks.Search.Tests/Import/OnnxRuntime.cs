using AbsBuildTasks.Search.Onnx;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Import;

/// <summary>Compares networks that are read from ONNX files with ONNX Runtime.</summary>
internal static class OnnxRuntime
{
    /// <summary>Reads a model by a file of its own.</summary>
    public static OnnxNetwork Load(OnnxModel model) => Load(model.ToBytes());

    /// <summary>Reads a file's bytes.</summary>
    public static OnnxNetwork Load(byte[] bytes)
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".onnx");
        try
        {
            File.WriteAllBytes(file, bytes);
            return OnnxNetwork.Load(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Runs both, and fails where they differ by more than 1e-5 of the largest value.</summary>
    public static void Compare(OnnxModel model, params Tensor[] inputs) => Compare(model.ToBytes(), inputs);

    /// <summary>Runs both, and fails where they differ by more than the largest value allows.</summary>
    public static void Compare(byte[] bytes, Tensor[] inputs, double tolerance = 1e-5)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = Load(bytes);
        network.eval();
        var found = network.Run(inputs);
        var wanted = Run(bytes, inputs);
        Assert.Equal(wanted.Count, found.Count);
        for (var i = 0; i < found.Count; i++)
        {
            Assert.Equal(wanted[i].shape, found[i].shape);
            if (found[i].numel() > 0)
            {
                var (left, right) = (found[i].to(ScalarType.Float64), wanted[i].to(ScalarType.Float64));
                var largest = right.nan_to_num(0, 0, 0).abs().max().item<double>();
                var same = left.eq(right).logical_or(left.isnan().logical_and(right.isnan()));
                var difference = where(same, zeros_like(left), (left - right).abs()).max().item<double>();
                Assert.True(difference <= tolerance * Math.Max(1, largest), $"differs by {difference} of {largest}");
            }
        }
    }

    /// <summary>What ONNX Runtime gives.</summary>
    public static IReadOnlyList<Tensor> Run(byte[] bytes, Tensor[] inputs)
    {
        // As the file says it, not as an optimiser would have it.
        using var options = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL, IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(bytes, options);
        var values = inputs.Select(Value).ToArray();
        try
        {
            using var run = new RunOptions();
            using var results = session.Run(run, session.InputNames, values, session.OutputNames);
            return [.. results.Select(Result)];
        }
        finally
        {
            foreach (var value in values)
            {
                value.Dispose();
            }
        }
    }

    /// <summary>The shapes of what ONNX Runtime gives for any numbers, with all that it does to a file.</summary>
    public static IReadOnlyList<long[]> Shapes(byte[] bytes)
    {
        using var session = new InferenceSession(bytes);
        var inputs = session.InputMetadata.Values.Select(input => OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, input.ElementDataType, [.. input.Dimensions.Select(size => (long)size)])).ToArray();
        try
        {
            using var run = new RunOptions();
            using var results = session.Run(run, session.InputNames, inputs, session.OutputNames);
            return [.. results.Select(result => result.GetTensorTypeAndShape().Shape)];
        }
        finally
        {
            Array.ForEach(inputs, input => input.Dispose());
        }
    }

    private static OrtValue Value(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Float32 => OrtValue.CreateTensorValueFromMemory(tensor.data<float>().ToArray(), tensor.shape),
        ScalarType.Int64 => OrtValue.CreateTensorValueFromMemory(tensor.data<long>().ToArray(), tensor.shape),
        ScalarType.Bool => OrtValue.CreateTensorValueFromMemory(tensor.data<bool>().ToArray(), tensor.shape),
        var other => throw new ArgumentException($"{other} is not in use here."),
    };

    private static Tensor Result(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        return info.ElementDataType switch
        {
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float => Of(value.GetTensorDataAsSpan<float>().ToArray(), info.Shape, ScalarType.Float32),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int64 => Of(value.GetTensorDataAsSpan<long>().ToArray(), info.Shape, ScalarType.Int64),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int32 => Of(value.GetTensorDataAsSpan<int>().ToArray(), info.Shape, ScalarType.Int32),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Bool => Of(value.GetTensorDataAsSpan<bool>().ToArray(), info.Shape, ScalarType.Bool),
            var other => throw new ArgumentException($"{other} is not in use here."),
        };
    }

    private static Tensor Of(Array values, long[] shape, ScalarType type) => values.Length == 0 ? zeros(shape, type) : frombuffer(values, type).reshape(shape).clone();
}
