using AbsBuildTasks.Search.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AbsBuildTasks.Tracing.Tests.Infrastructure;

/// <summary>Shapes of what a file computes.</summary>
internal static class FileShapes
{
    /// <summary>Runs the file for one example, with values as further outputs.</summary>
    /// <param name="file">The file, of one input.</param>
    /// <param name="values">The names of values of floats.</param>
    /// <param name="example">The shape of an example.</param>
    /// <returns>Their shapes by name, and that of the input.</returns>
    public static Dictionary<string, int[]> Of(byte[] file, IEnumerable<string> values, long[] example)
    {
        var model = OnnxModel.Read(file, "file");
        string[] names = [.. values.Except(model.Graph.Outputs.Select(output => output.Name)).Except(model.Graph.Inputs.Select(input => input.Name)).Distinct()];
        var told = new OnnxModel
        {
            IrVersion = model.IrVersion,
            Opsets = model.Opsets,
            Graph = new OnnxGraph
            {
                Name = model.Graph.Name,
                Nodes = model.Graph.Nodes,
                Initializers = model.Graph.Initializers,
                Inputs = model.Graph.Inputs,
                Outputs = [.. model.Graph.Outputs, .. names.Select(name => new OnnxValueInfo(name, OnnxType.Float, null))],
            },
        };
        using var options = new SessionOptions { IntraOpNumThreads = 1, GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL };
        using var session = new InferenceSession(told.ToBytes(), options);
        var size = (int)example.Aggregate(1L, (product, side) => product * side);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("input", new DenseTensor<float>(new float[size], [1, .. example.Select(side => (int)side)]))]);
        var shapes = results.Where(result => result.ElementType == TensorElementType.Float).ToDictionary(result => result.Name, result => result.AsTensor<float>().Dimensions.ToArray());
        shapes["input"] = [1, .. example.Select(side => (int)side)];
        return shapes;
    }
}
