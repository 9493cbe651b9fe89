using System.Globalization;
using AbsBuildTasks.Plans.Errors;
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
    // Of the metric, where it is not known how far other test examples would change it.
    private const double Tolerance = 0.01;

    /// <summary>Finds the levels.</summary>
    /// <param name="exact">The network as its plan leaves it.</param>
    public IReadOnlyList<SumLevels> Levels(CompressedGraph exact)
    {
        using var scope = NewDisposeScope();
        return SumCalibration.Of(exact, SumExamples.Of(data.Train, cancellation).Select(batch => batch.Inputs));
    }

    /// <summary>Measures the file on the test data.</summary>
    /// <param name="content">Its content.</param>
    /// <param name="exact">The metric that it is not to lose.</param>
    /// <param name="where">What has that metric, in words.</param>
    /// <returns>The metric.</returns>
    /// <exception cref="AbsException">ABS6006: it loses more than other test examples would.</exception>
    public double Require(byte[] content, double exact, string where)
    {
        using var file = OnnxNetwork.Quantized(content, "the written file");
        var (metric, worth) = new Evaluator(model, file, data, cancellation).Study(file.Run, data.Test);
        var allowed = worth.Noise ?? (Math.Abs(exact) * Tolerance);
        if ((model.LowerIsBetter ? metric - exact : exact - metric) <= allowed)
        {
            return metric;
        }

        var than = worth.Noise is null ? "more than 1 % of it" : string.Create(CultureInfo.InvariantCulture, $"more than other test examples would change it (+/-{allowed:0.##})");
        throw Lost(string.Create(CultureInfo.InvariantCulture, $"has a {model.MetricName} of {metric:0.####} on the test data, where {where}: that is {than}"));
    }

    /// <summary>What tells that a file with quantised sums, as its target wants them, is not as good as the plan says.</summary>
    /// <param name="why">What the file does.</param>
    public static AbsException Lost(string why) => new(
        AbsCodes.OnnxLosesMetric,
        $"With quantised sums, the ONNX file {why}. The file is not kept; set DeployTarget=\"any\", which leaves sums in floating point.");
}
