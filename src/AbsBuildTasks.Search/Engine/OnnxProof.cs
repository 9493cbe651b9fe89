using System.Globalization;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Training;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Makes sure that an ONNX file gives on the test data what the compressed network gives.</summary>
/// <param name="model">Runs the network, and measures what it gives.</param>
/// <param name="test">The test data.</param>
internal sealed class OnnxProof(CheckedModel model, LabelledData test)
{
    // Of outputs, on average, against the largest. A value between two levels may fall to either; all else shows far above.
    private const double Tolerance = 1e-2;

    /// <summary>Runs both on every test example.</summary>
    /// <param name="network">The compressed network, on the processor.</param>
    /// <param name="content">The file's content.</param>
    /// <returns>The metric of the network, and that of the file.</returns>
    /// <exception cref="AbsException">ABS6004: the file gives something else.</exception>
    public (double Network, double File) Require(nn.Module network, byte[] content)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var file = OnnxNetwork.Quantized(content, "the written file");
        file.eval();
        var (metrics, differences, largest, values) = ((0.0, 0.0), 0.0, 0.0, 0L);
        foreach (var batch in Batches.InOrder(test, Evaluator.BatchSize))
        {
            using var inner = NewDisposeScope();
            var (wanted, given) = (model.Forward(network, batch.Inputs), file.Run(batch.Inputs));
            RequireShapes(wanted, given);
            foreach (var (one, other) in wanted.Zip(given).Where(pair => pair.First.numel() > 0))
            {
                var exact = one.to(ScalarType.Float64);
                differences += exact.sub(other.to(ScalarType.Float64)).abs().sum().item<double>();
                largest = Math.Max(largest, exact.abs().max().item<double>());
                values += exact.numel();
            }

            metrics.Item1 += model.Metric(wanted, batch.Targets) * batch.Count / test.Count;
            metrics.Item2 += model.Metric(given, batch.Targets) * batch.Count / test.Count;
        }

        // Also where something is no number.
        return differences <= Tolerance * largest * values ? metrics : throw Error(string.Create(
            CultureInfo.InvariantCulture,
            $"on average, its outputs on the test data are {differences / values:G3} off, where the largest is {largest:G3}; {model.MetricName} is {metrics.Item2:G6} instead of {metrics.Item1:G6}"));
    }

    private static void RequireShapes(IReadOnlyList<Tensor> wanted, IReadOnlyList<Tensor> given)
    {
        if (wanted.Count != given.Count || wanted.Zip(given).Any(pair => !pair.First.shape.SequenceEqual(pair.Second.shape)))
        {
            throw Error($"it gives {Shapes(given)} where the network gives {Shapes(wanted)}");
        }
    }

    private static string Shapes(IEnumerable<Tensor> tensors) => string.Join(", ", tensors.Select(tensor => $"[{string.Join(", ", tensor.shape)}]"));

    private static AbsException Error(string why) => new(
        AbsCodes.OnnxDiffers,
        $"The ONNX file does not give what the compressed network gives: {why}. It is not kept; leave Onnx out for this model, and report this with its network.");
}
