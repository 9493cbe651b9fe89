using System.Globalization;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Training;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Makes sure that an ONNX file gives on the test data what the compressed network gives.</summary>
/// <param name="model">Runs the network, and measures what it gives.</param>
/// <param name="test">The test data.</param>
/// <param name="words">Told how far it has come.</param>
/// <param name="hasSums">Whether both have quantised sums, as their target wants them.</param>
/// <param name="cancellation">Ends it before the next batch.</param>
internal sealed class OnnxProof(CheckedModel model, LabelledData test, WaitingWords words, bool hasSums, CancellationToken cancellation)
{
    // Of an output, on average, against its largest value. One between two levels may fall to either; all else shows far above.
    private const double Tolerance = 1e-2;

    /// <summary>Runs both on every test example.</summary>
    /// <param name="network">Runs a batch of the compressed network, on the processor.</param>
    /// <param name="content">The file's content.</param>
    /// <returns>The metric of the network, and that of the file.</returns>
    /// <exception cref="AbsException">ABS6004: the file gives something else. ABS6006: it does with quantised sums.</exception>
    public (double Network, double File) Require(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> network, byte[] content)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var file = OnnxNetwork.Quantized(content, "the written file");
        file.eval();
        var metrics = (Network: new MetricTally(model), File: new MetricTally(model));
        var outputs = new Dictionary<int, OutputTally>();
        var seen = 0L;
        foreach (var batch in Batches.InOrder(test, Evaluator.BatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var (wanted, given) = (network(batch.Inputs), file.Run(batch.Inputs));
            RequireShapes(wanted, given);
            for (var i = 0; i < wanted.Count; i++)
            {
                outputs[i] = outputs.GetValueOrDefault(i).With(wanted[i].to(ScalarType.Float64), given[i].to(ScalarType.Float64));
            }

            _ = metrics.Network.Add(wanted, batch.Targets, batch.Count);
            _ = metrics.File.Add(given, batch.Targets, batch.Count);
            words.Tell("compared with the network", seen += batch.Count, test.Count);
        }

        foreach (var (index, output) in outputs.Where(pair => !pair.Value.IsWithin(Tolerance)))
        {
            throw Error(string.Create(
                CultureInfo.InvariantCulture,
                $"on average, output {index} on the test data is {output.Differences / output.Values:G3} off, where the largest value is {output.Largest:G3}; {model.MetricName} is {metrics.File.Value:G6} instead of {metrics.Network.Value:G6}"));
        }

        return (metrics.Network.Value, metrics.File.Value);
    }

    private void RequireShapes(IReadOnlyList<Tensor> wanted, IReadOnlyList<Tensor> given)
    {
        if (wanted.Count != given.Count || wanted.Zip(given).Any(pair => !pair.First.shape.SequenceEqual(pair.Second.shape)))
        {
            throw Error($"it gives {Shapes(given)} where the network gives {Shapes(wanted)}");
        }
    }

    private static string Shapes(IEnumerable<Tensor> tensors) => string.Join(", ", tensors.Select(tensor => $"[{string.Join(", ", tensor.shape)}]"));

    private AbsException Error(string why) => hasSums ? SumQuantizing.Lost($"does not give what the network does that was fine-tuned with them: {why}") : new(
        AbsCodes.OnnxDiffers,
        $"The ONNX file does not give what the compressed network gives: {why}. It is not kept; please report this with its network.");

    private readonly record struct OutputTally(double Differences, double Largest, long Values)
    {
        public OutputTally With(Tensor wanted, Tensor given)
        {
            if (wanted.numel() == 0)
            {
                return this;
            }

            // Infinity, as a mask has it, is not far from itself.
            var difference = wanted.sub(given).abs().masked_fill(wanted.eq(given), 0);
            var sizes = wanted.abs();
            return new(
                Differences + difference.sum().item<double>(),
                Math.Max(Largest, sizes.masked_fill(sizes.isinf(), 0).max().item<double>()),
                Values + wanted.numel());
        }

        // False also where something is no number.
        public bool IsWithin(double tolerance) => Differences <= tolerance * Largest * Values;
    }
}
