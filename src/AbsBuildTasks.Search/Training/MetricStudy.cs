using AbsBuildTasks.Search.Data;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Training;

/// <summary>Measures a metric, and finds out what its value is worth: how large its noise is, and what it would be by chance.</summary>
/// <remarks>
/// A metric is looked at example by example where its mean over them is that of their batch; else batch by batch, where
/// there are enough of them. One over the whole data set is measured without parts of it. Where all fail nothing is known,
/// and nothing said.
/// </remarks>
/// <param name="model">Measures.</param>
/// <param name="data">What to measure on.</param>
/// <param name="cancellation">Ends it before the next batch.</param>
internal sealed class MetricStudy(IAbsModel model, LabelledData data, CancellationToken cancellation) : IDisposable
{
    // Of fewer batches, resampling says little.
    private const int LeastBatches = 10;

    private readonly MetricTally _tally = new(model);
    private readonly MeanOutputs _mean = new();
    private readonly List<(double Value, double Weight)> _batches = [];
    private readonly LeaveOutNoise _leaveOut = new(model, data.Count);
    private List<double>? _examples = [];

    /// <summary>The metric of all batches.</summary>
    public double Metric => _tally.Value;

    /// <summary>Adds a batch.</summary>
    /// <param name="outputs">What the network gave.</param>
    /// <param name="batch">The batch; batches come in order.</param>
    public void Add(IReadOnlyList<Tensor> outputs, Batch batch)
    {
        var value = _tally.Add(outputs, batch.Targets, batch.Count);
        _mean.Add(outputs, batch.Count);
        if (!_tally.IsMean)
        {
            _leaveOut.Add(outputs, batch);
            return;
        }

        _batches.Add((value, batch.Count));
        if (_examples is not null && !TryEach(outputs, batch, value, _examples))
        {
            _examples = null;
        }
    }

    /// <summary>What the metric is worth, after the last batch.</summary>
    public MetricWorth Worth() => _tally.IsMean ? OfMean() : new(MetricAttempt.Finite(_leaveOut.Of(Metric)), OfOneAnswer(), model.LowerIsBetter);

    /// <inheritdoc />
    public void Dispose() => _mean.Dispose();

    private MetricWorth OfMean()
    {
        var isHitRate = _examples is not null && (_examples.All(value => value is 0 or 100) || _examples.All(value => value is 0 or 1));
        var whole = isHitRate && _examples!.TrueForAll(value => value is 0 or 1) && _examples.Contains(1) ? 1.0 : 100;
        var noise = (isHitRate, _examples) switch
        {
            // Without a hit nothing tells whether a hit counts 1 or 100.
            (true, _) when _examples!.TrueForAll(value => value is 0) => null,
            (true, _) => whole * MetricNoise.Wilson(_examples!.Average() / whole, _examples!.Count),
            (_, not null) => MetricNoise.Bootstrap([.. _examples.Select(value => (value, 1.0))]),
            _ when _batches.Count >= LeastBatches => MetricNoise.Bootstrap(_batches),
            _ => (double?)null,
        };
        var guess = isHitRate ? LargestClass() : null;
        double?[] chances = [OfOneAnswer(), whole * (model.LowerIsBetter ? 1 - guess : guess)];
        return new(MetricAttempt.Finite(noise), MetricAttempt.Finite(model.LowerIsBetter ? chances.Min() : chances.Max()), model.LowerIsBetter);
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
            var (output, target) = (outputs.Select(tensor => tensor.narrow(0, i, 1)).ToArray(), batch.Targets.Select(tensor => tensor.narrow(0, i, 1)).ToArray());
            if (MetricAttempt.Of(() => model.Metric(output, target)) is not { } value)
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
    private double? OfOneAnswer() => _mean.Values is not { } answer ? null : MetricAttempt.Of(() =>
    {
        var tally = new MetricTally(model);
        foreach (var batch in Batches.InOrder(data, Evaluator.BatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            _ = tally.Add([.. answer.Select(tensor => tensor.expand([batch.Count, .. tensor.shape[1..]]).contiguous())], batch.Targets, batch.Count);
        }

        return tally.Value;
    });

    private double? LargestClass()
    {
        if (data.AllTargets is not [{ dtype: ScalarType.Int64 } targets] || targets.dim() != 1)
        {
            return null;
        }

        using var held = targets.cpu().contiguous();
        return (double)held.data<long>().ToArray().GroupBy(target => target).Max(group => group.Count()) / data.Count;
    }
}
