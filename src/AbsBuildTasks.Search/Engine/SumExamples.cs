using AbsBuildTasks.Search.Data;

namespace AbsBuildTasks.Search.Engine;

/// <summary>The examples by which the levels of sums are found.</summary>
internal static class SumExamples
{
    // More examples hardly change a range of least squared error.
    private const int Examples = 256;
    private const int BatchSize = 32;

    /// <summary>Their batches: mixed, as data may be sorted by class; the same ones each time.</summary>
    /// <param name="train">The training examples.</param>
    /// <param name="cancellation">Ends it before the next batch.</param>
    public static IEnumerable<Batch> Of(LabelledData train, CancellationToken cancellation) => Batches.Shuffled(train, BatchSize, seed: 1, epoch: 0).Take(Examples / BatchSize).Select(batch =>
    {
        cancellation.ThrowIfCancellationRequested();
        return batch;
    });
}
