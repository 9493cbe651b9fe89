using AbsBuildTasks.Search.Data;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Training;

/// <summary>
/// The noise of a metric over a whole data set: it is measured again and again without one part of the examples
/// (delete-a-group jackknife, Kott 2001).
/// </summary>
internal sealed class LeaveOutNoise
{
    // Of fewer, the spread itself is a matter of chance.
    private const int LeastParts = 10;

    private const int MostParts = 20;

    private readonly long _examples;
    private readonly MetricTally[] _without;
    private readonly MetricTally _all;
    private long _seen;
    private bool _fails;

    /// <summary>Prepares for a data set.</summary>
    /// <param name="model">Measures it.</param>
    /// <param name="examples">How many there are.</param>
    public LeaveOutNoise(IAbsModel model, int examples)
    {
        _examples = examples;
        _fails = examples < LeastParts;
        _all = new MetricTally(model);
        _without = [.. Enumerable.Range(0, _fails ? 0 : Math.Min(MostParts, examples)).Select(_ => new MetricTally(model))];
    }

    /// <summary>Adds a batch.</summary>
    /// <param name="outputs">What the network gave.</param>
    /// <param name="batch">The batch; batches come in order.</param>
    public void Add(IReadOnlyList<Tensor> outputs, Batch batch)
    {
        _fails |= !outputs.Concat(batch.Targets).All(tensor => tensor.dim() > 0 && tensor.shape[0] == batch.Count);
        for (var (start, end) = (0L, 0L); !_fails && start < batch.Count; start = end)
        {
            using var scope = NewDisposeScope();
            var part = (_seen + start) * _without.Length / _examples;
            var next = (((part + 1) * _examples) + _without.Length - 1) / _without.Length;
            end = Math.Min(batch.Count, next - _seen);
            Tensor[] given = [.. outputs.Select(tensor => tensor.narrow(0, start, end - start))];
            Tensor[] wanted = [.. batch.Targets.Select(tensor => tensor.narrow(0, start, end - start))];
            foreach (var tally in _without.Where((_, index) => index != part).Append(_all))
            {
                _ = tally.Add(given, wanted, end - start);
            }
        }

        _seen += batch.Count;
    }

    /// <summary>Half the width of the 95 % interval; null where that cannot be known.</summary>
    /// <param name="whole">The metric of whole batches.</param>
    public double? Of(double whole)
    {
        // Otherwise the metric depends on how examples are cut into batches.
        if (_fails || !(Math.Abs(_all.Value - whole) <= 1e-6 * Math.Max(Math.Abs(whole), 1e-6)))
        {
            return null;
        }

        double[] values = [.. _without.Select(tally => tally.Value)];
        var mean = values.Average();
        return MetricNoise.Z * Math.Sqrt((values.Length - 1.0) / values.Length * values.Sum(value => (value - mean) * (value - mean)));
    }
}
