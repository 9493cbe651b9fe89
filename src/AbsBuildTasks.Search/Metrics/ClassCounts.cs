using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Metrics;

/// <summary>A metric of how often each class is given where each is wanted. Takes the first output and the first target.</summary>
public abstract class ClassCounts : MetricAccumulator
{
    private readonly long? _ignored;
    private long[]? _counts;
    private long _classes;

    /// <summary>Starts without counts.</summary>
    /// <param name="ignored">A target that does not count, as −100 in losses of TorchSharp; null for none.</param>
    private protected ClassCounts(long? ignored) => _ignored = ignored;

    /// <inheritdoc />
    /// <param name="outputs">The first: <c>[N, classes, …]</c>, of which the largest along the classes is the answer.</param>
    /// <param name="targets">The first: class indices, <c>[N, …]</c>.</param>
    /// <exception cref="AbsException">ABS2005: other shapes, or targets that are no class.</exception>
    public sealed override void Add(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets)
    {
        using var scope = NewDisposeScope();
        var (output, target) = (outputs[0], targets[0].to(ScalarType.Int64));
        if (output.dim() < 2 || output.dim() != target.dim() + 1 || (_counts is not null && output.shape[1] != _classes))
        {
            throw new AbsException(AbsCodes.InvalidData, $"{GetType().Name} takes outputs of shape [N, classes, …] and class indices of shape [N, …], not [{string.Join(", ", output.shape)}] and [{string.Join(", ", target.shape)}].");
        }

        _classes = output.shape[1];
        _counts ??= new long[_classes * _classes];
        var (answers, wanted) = (output.argmax(1).reshape(-1), target.reshape(-1));
        if (_ignored is { } ignored)
        {
            var counts = wanted.ne(ignored);
            (answers, wanted) = (answers.masked_select(counts), wanted.masked_select(counts));
        }

        if (wanted.lt(0).logical_or(wanted.ge(_classes)).any().item<bool>())
        {
            throw new AbsException(AbsCodes.InvalidData, $"{GetType().Name} takes targets from 0 to {_classes - 1}, as the network gives {_classes} classes; some of the test data are others.");
        }

        foreach (var (index, count) in ((wanted * _classes) + answers).bincount(null, _classes * _classes).cpu().data<long>().ToArray().Index())
        {
            _counts[index] += count;
        }
    }

    /// <inheritdoc />
    public sealed override double Result()
    {
        var scores = Enumerable.Range(0, checked((int)_classes)).Select(Score).OfType<double>().ToArray();
        return scores.Length == 0 ? double.NaN : 100 * scores.Average();
    }

    /// <summary>How well one class is found, 0 to 1.</summary>
    /// <param name="hits">How often it was given and wanted.</param>
    /// <param name="given">How often it was given.</param>
    /// <param name="wanted">How often it was wanted.</param>
    private protected abstract double Score(long hits, long given, long wanted);

    /// <summary>Null for a class that neither targets nor answers have.</summary>
    private double? Score(int index)
    {
        var (given, wanted) = (0L, 0L);
        for (var other = 0; other < _classes; other++)
        {
            given += _counts![(other * _classes) + index];
            wanted += _counts[(index * _classes) + other];
        }

        return given + wanted == 0 ? null : Score(_counts![(index * _classes) + index], given, wanted);
    }
}
