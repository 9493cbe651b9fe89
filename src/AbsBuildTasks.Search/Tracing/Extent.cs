namespace AbsBuildTasks.Search.Tracing;

/// <summary>A whole number of a trace, such as a size: fixed, or a multiple of the batch size.</summary>
/// <param name="Fixed">The number, where it is fixed.</param>
/// <param name="PerExample">What it is for one example, where it grows with the batch; else 0.</param>
internal readonly record struct Extent(long Fixed, long PerExample = 0)
{
    /// <summary>Whether it grows with the batch.</summary>
    public bool IsBatch => PerExample != 0;

    /// <summary>Tells from a number's values at two batch sizes what it is.</summary>
    /// <returns>Null where it is neither fixed nor a multiple.</returns>
    public static Extent? Of(long first, int firstBatch, long second, int secondBatch) =>
        first == second ? new Extent(first)
        : first % firstBatch == 0 && second % secondBatch == 0 && first / firstBatch == second / secondBatch ? new Extent(0, first / firstBatch)
        : null;
}
