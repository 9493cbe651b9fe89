using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Search.Data;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Training;

/// <summary>Gathers what a network does on test data beside its metric: the loss, and the hits of each class where targets are class indices.</summary>
/// <param name="loss">Measures the loss; null where it is not to be asked.</param>
internal sealed class TestStudy(LossTally? loss)
{
    // A table of more would show nothing.
    private const int MostClasses = 1000;

    private readonly SortedDictionary<int, (int Examples, int Hits)> _classes = [];
    private bool _hasClasses = true;

    /// <summary>Adds a batch.</summary>
    /// <param name="outputs">What the network gave, each <c>[N, …]</c>; <c>[N, classes]</c> the first where there are classes.</param>
    /// <param name="batch">The batch; its only target is <c>[N]</c> then.</param>
    public void Add(IReadOnlyList<Tensor> outputs, Batch batch)
    {
        _hasClasses = _hasClasses && Classes(outputs, batch.Targets) is { } classes && Count(classes.Targets, classes.Guesses, classes.Number);
        loss?.Add(outputs, batch);
    }

    /// <summary>What was gathered.</summary>
    public RunTest Result() => new(loss?.Mean, _hasClasses ? [.. _classes.Select(one => new RunClass(one.Key, one.Value.Examples, one.Value.Hits))] : []);

    private static (long[] Targets, long[] Guesses, long Number)? Classes(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets)
    {
        if (outputs is not [var output] || targets is not [{ dtype: ScalarType.Int64 } target] || output.dim() != 2 || target.dim() != 1 || output.shape[0] != target.shape[0] || output.shape[1] is < 2 or > MostClasses)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        return (Numbers(target), Numbers(output.argmax(1)), output.shape[1]);

        static long[] Numbers(Tensor tensor) => tensor.cpu().contiguous().data<long>().ToArray();
    }

    // Numbers that are no class's, such as one that stands for "ignore", mean something else.
    private bool Count(long[] targets, long[] guesses, long number)
    {
        foreach (var (target, guess) in targets.Zip(guesses))
        {
            if (target < 0 || target >= number)
            {
                return false;
            }

            var (examples, hits) = _classes.GetValueOrDefault((int)target);
            _classes[(int)target] = (examples + 1, hits + (guess == target ? 1 : 0));
        }

        return true;
    }
}
