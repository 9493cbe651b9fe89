using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Metrics;

/// <summary>A metric of how well scores put examples that are wanted before those that are not. Takes the first output and the first target.</summary>
/// <remarks>Keeps five bytes an example.</remarks>
public abstract class RankedScores : MetricAccumulator
{
    private readonly List<float> _scores = [];
    private readonly List<bool> _wanted = [];

    private protected RankedScores()
    {
    }

    /// <inheritdoc />
    /// <param name="outputs">The first: a score an example, <c>[N]</c> or <c>[N, 1]</c>, or <c>[N, 2]</c> logits of no and yes.</param>
    /// <param name="targets">The first: 0 or 1 an example.</param>
    /// <exception cref="AbsException">ABS2005: other shapes or targets.</exception>
    public sealed override void Add(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets)
    {
        using var scope = NewDisposeScope();
        var (output, target) = (outputs[0], targets[0]);
        if (output.dim() is not (1 or 2) || (output.dim() == 2 && output.shape[1] > 2) || target.numel() != output.shape[0])
        {
            throw new AbsException(AbsCodes.InvalidData, $"{GetType().Name} takes a score for each example, [N], [N, 1] or [N, 2], and a target for each, not [{string.Join(", ", output.shape)}] and [{string.Join(", ", target.shape)}].");
        }

        if (target.ne(0).logical_and(target.ne(1)).any().item<bool>())
        {
            throw new AbsException(AbsCodes.InvalidData, $"{GetType().Name} takes targets of 0 and 1; some of the test data are others.");
        }

        var scores = output.dim() == 2 && output.shape[1] == 2 ? output.select(1, 1) - output.select(1, 0) : output.reshape(-1);
        _scores.AddRange(scores.to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray());
        _wanted.AddRange(target.reshape(-1).ne(0).cpu().contiguous().data<bool>().ToArray());
    }

    /// <inheritdoc />
    public sealed override double Result()
    {
        // The best first; those of one score together.
        var groups = _scores.Zip(_wanted).GroupBy(pair => pair.First).OrderByDescending(group => group.Key)
            .Select(group => (group.LongCount(pair => pair.Second), group.LongCount(pair => !pair.Second)));
        return 100 * Of([.. groups], _wanted.LongCount(wanted => wanted), _wanted.LongCount(wanted => !wanted));
    }

    /// <summary>The metric, 0 to 1; no number where it does not exist.</summary>
    /// <param name="groups">For each score, the best first, how many examples with it are wanted, and how many are not.</param>
    /// <param name="wanted">How many are wanted in all.</param>
    /// <param name="unwanted">How many are not.</param>
    private protected abstract double Of(IReadOnlyList<(long Wanted, long Unwanted)> groups, long wanted, long unwanted);
}
