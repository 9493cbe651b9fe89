using System.Globalization;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.OnnxExport;
using AbsBuildTasks.Search.OnnxExport.Quantized;
using AbsBuildTasks.Search.Training;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Quantises what a plan leaves in floating point in front of sums, and measures what that costs.</summary>
/// <param name="model">Measures what the file gives.</param>
/// <param name="data">Training examples, to find the levels, and test data.</param>
/// <param name="cancellation">Ends it before the next batch.</param>
internal sealed class SumQuantizing(CheckedModel model, ModelData data, CancellationToken cancellation)
{
    // More examples hardly change a range of least squared error.
    private const int Examples = 256;
    private const int BatchSize = 32;

    /// <summary>Finds the levels.</summary>
    /// <param name="exact">The network as its plan leaves it.</param>
    public IReadOnlyList<SumLevels> Levels(CompressedGraph exact)
    {
        using var scope = NewDisposeScope();
        var inputs = data.Train.First(Math.Min(data.Train.Count, Examples));
        return SumCalibration.Of(exact, Batches(inputs));
    }

    /// <summary>Measures the file on the test data.</summary>
    /// <param name="content">Its content.</param>
    /// <param name="exact">The metric of the file as the plan leaves it.</param>
    /// <returns>The metric.</returns>
    /// <exception cref="AbsException">ABS6006: it loses more than other test examples would.</exception>
    public double Require(byte[] content, double exact)
    {
        using var file = OnnxNetwork.Quantized(content, "the written file");
        var (metric, worth) = new Evaluator(model, file, data, cancellation).Study(file.Run, data.Test);
        if (worth.Noise is not { } noise || exact - metric <= noise)
        {
            return metric;
        }

        throw new AbsException(AbsCodes.OnnxLosesMetric, string.Create(
            CultureInfo.InvariantCulture,
            $"With quantised sums, the ONNX file has a {model.MetricName} of {metric:0.####} on the test data, where it has {exact:0.####} without: that is more than other test examples would change it (+/-{noise:0.##}). The file is not kept; set DeployTarget=\"any\", which leaves sums in floating point."));
    }

    private IEnumerable<IReadOnlyList<Tensor>> Batches(IReadOnlyList<Tensor> inputs)
    {
        for (var start = 0L; start < inputs[0].shape[0]; start += BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(BatchSize, inputs[0].shape[0] - start);
            yield return [.. inputs.Select(input => input.narrow(0, start, count))];
        }
    }
}
