using static TorchSharp.torch;

namespace AbsBuildTasks.Search;

/// <summary>A model's metric over a data set: its own accumulation, or else the mean over examples of each batch's.</summary>
/// <param name="model">The model.</param>
internal sealed class MetricTally(IAbsModel model)
{
    private readonly MetricAccumulator? _whole = model.StartMetric();
    private double _sum;
    private long _count;
    private double? _value;

    /// <summary>Whether a batch has a metric of its own.</summary>
    public bool IsMean => _whole is null;

    /// <summary>The metric of all batches so far.</summary>
    public double Value => _value ??= _whole?.Result() ?? _sum / _count;

    /// <summary>Adds a batch.</summary>
    /// <param name="outputs">What the network gave for it.</param>
    /// <param name="targets">Its targets.</param>
    /// <param name="count">Its examples.</param>
    /// <returns>The batch's own metric; no number where the model measures whole data sets.</returns>
    public double Add(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets, long count)
    {
        _value = null;
        if (_whole is not null)
        {
            _whole.Add(outputs, targets);
            return double.NaN;
        }

        var value = model.Metric(outputs, targets);
        _sum += value * count;
        _count += count;
        return value;
    }
}
