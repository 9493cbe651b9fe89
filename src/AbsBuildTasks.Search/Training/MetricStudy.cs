using AbsBuildTasks.Search.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Training;

/// <summary>Finds out what a metric's value is worth: how large its noise is, and what it would be by chance.</summary>
/// <remarks>
/// A metric is looked at example by example where its mean over them is that of their batch; else batch by batch, where
/// there are enough of them. Where both fail nothing is known, and nothing said.
/// </remarks>
internal sealed class MetricStudy(IAbsModel model, Module network, CancellationToken cancellation)
{
    // Of fewer batches, resampling says little.
    private const int LeastBatches = 10;

    /// <summary>Studies a network on data.</summary>
    /// <param name="run">Runs a batch.</param>
    /// <param name="data">What to measure on.</param>
    public MetricWorth Of(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run, LabelledData data)
    {
        using var noGradient = no_grad();
        network.eval();
        var batches = new List<(double Value, double Weight)>();
        List<double>? examples = [];
        using var mean = new MeanOutputs();
        foreach (var batch in Batches.InOrder(data, Evaluator.BatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            var outputs = run(batch.Inputs);
            var value = model.Metric(outputs, batch.Targets);
            batches.Add((value, batch.Count));
            mean.Add(outputs, batch.Count);
            if (examples is not null && !TryEach(outputs, batch, value, examples))
            {
                examples = null;
            }
        }

        var isHitRate = examples is not null && (examples.All(value => value is 0 or 100) || examples.All(value => value is 0 or 1));
        var whole = isHitRate && examples!.TrueForAll(value => value is 0 or 1) && examples.Contains(1) ? 1.0 : 100;
        var noise = (isHitRate, examples) switch
        {
            // Without a hit nothing tells whether a hit counts 1 or 100.
            (true, _) when examples!.TrueForAll(value => value is 0) => null,
            (true, _) => whole * MetricNoise.Wilson(examples!.Average() / whole, examples!.Count),
            (_, not null) => MetricNoise.Bootstrap([.. examples.Select(value => (value, 1.0))]),
            _ when batches.Count >= LeastBatches => MetricNoise.Bootstrap(batches),
            _ => (double?)null,
        };
        double?[] chances = [OfOneAnswer(mean, data), isHitRate ? whole * LargestClass(data) : null];
        return new(Finite(noise), Finite(chances.Max()));
    }

    private bool TryEach(IReadOnlyList<Tensor> outputs, Batch batch, double whole, List<double> examples)
    {
        if (!outputs.Concat(batch.Targets).All(tensor => tensor.dim() > 0 && tensor.shape[0] == batch.Count))
        {
            return false;
        }

        var values = new double[batch.Count];
        for (var i = 0; i < values.Length; i++)
        {
            using var scope = NewDisposeScope();
            if (TryMetric([.. outputs.Select(tensor => tensor.narrow(0, i, 1))], [.. batch.Targets.Select(tensor => tensor.narrow(0, i, 1))]) is not { } value)
            {
                return false;
            }

            values[i] = value;
        }

        examples.AddRange(values);

        // Otherwise it is no mean over examples, or the first dimension is not theirs.
        return Math.Abs(values.Average() - whole) <= 1e-4 * Math.Max(Math.Abs(whole), values.Max(Math.Abs));
    }

    /// <summary>The metric of the network's mean answer, given to every example.</summary>
    private double? OfOneAnswer(MeanOutputs mean, LabelledData data)
    {
        if (mean.Values is not { } answer)
        {
            return null;
        }

        var sum = 0.0;
        foreach (var batch in Batches.InOrder(data, Evaluator.BatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            if (TryMetric([.. answer.Select(tensor => tensor.expand([batch.Count, .. tensor.shape[1..]]).contiguous())], batch.Targets) is not { } value)
            {
                return null;
            }

            sum += value * batch.Count;
        }

        return sum / data.Count;
    }

    private static double? LargestClass(LabelledData data)
    {
        if (data.AllTargets is not [{ dtype: ScalarType.Int64 } targets] || targets.dim() != 1)
        {
            return null;
        }

        using var held = targets.cpu().contiguous();
        return (double)held.data<long>().ToArray().GroupBy(target => target).Max(group => group.Count()) / data.Count;
    }

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private double? TryMetric(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets)
    {
        try
        {
            return Finite(model.Metric(outputs, targets));
        }
#pragma warning disable CA1031 // Code of the model that was not written for this; the metric itself has been measured.
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return null;
        }
    }
}
