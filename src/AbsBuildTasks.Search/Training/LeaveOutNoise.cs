using AbsBuildTasks.Search.Data;
using TorchSharp;
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

    private readonly int[] _parts;
    private readonly MetricTally[] _without;
    private readonly MetricTally _all;
    private int _seen;
    private bool _fails;

    /// <summary>Prepares for a data set.</summary>
    /// <param name="model">Measures it.</param>
    /// <param name="examples">How many there are.</param>
    public LeaveOutNoise(IAbsModel model, int examples)
    {
        _fails = examples < LeastParts;
        _all = new MetricTally(model);
        _without = [.. Enumerable.Range(0, _fails ? 0 : Math.Min(MostParts, examples)).Select(_ => new MetricTally(model))];

        // Mixed, as data may be sorted by class; the same parts each time, as the noise stands in the plan.
        _parts = [.. Enumerable.Range(0, examples).Select(example => example % Math.Max(1, _without.Length))];
        new Random(1).Shuffle(_parts);
    }

    /// <summary>Adds a batch.</summary>
    /// <param name="outputs">What the network gave.</param>
    /// <param name="batch">The batch; batches come in order.</param>
    public void Add(IReadOnlyList<Tensor> outputs, Batch batch)
    {
        _fails |= !outputs.Concat(batch.Targets).All(tensor => tensor.dim() > 0 && tensor.shape[0] == batch.Count);
        for (var part = 0; !_fails && part < _without.Length; part++)
        {
            using var scope = NewDisposeScope();
            long[] examples = [.. Enumerable.Range(0, (int)batch.Count).Where(example => _parts[_seen + example] == part).Select(example => (long)example)];
            if (examples.Length == 0)
            {
                continue;
            }

            Tensor[] given = [.. outputs.Select(Part)], wanted = [.. batch.Targets.Select(Part)];
            foreach (var tally in _without.Where((_, index) => index != part).Append(_all))
            {
                // A part may lack what the metric asks for, such as an example of each class.
                _fails = _fails || MetricAttempt.Of(() =>
                {
                    _ = tally.Add(given, wanted, examples.Length);
                    return 0;
                }) is null;
            }

            Tensor Part(Tensor tensor) => tensor.index_select(0, torch.tensor(examples, device: tensor.device));
        }

        _seen += (int)batch.Count;
    }

    /// <summary>Half the width of the 95 % interval; null where that cannot be known.</summary>
    /// <param name="whole">The metric of whole batches.</param>
    public double? Of(double whole)
    {
        // Otherwise the metric depends on how examples are cut into batches.
        if (_fails || MetricAttempt.Of(() => _all.Value) is not { } all || !(Math.Abs(all - whole) <= 1e-6 * Math.Max(Math.Abs(whole), 1e-6)))
        {
            return null;
        }

        double[] values = [.. _without.Select(tally => MetricAttempt.Of(() => tally.Value)).OfType<double>()];
        if (values.Length < _without.Length)
        {
            return null;
        }

        var mean = values.Average();
        return MetricNoise.Z * Math.Sqrt((values.Length - 1.0) / values.Length * values.Sum(value => (value - mean) * (value - mean)));
    }
}
