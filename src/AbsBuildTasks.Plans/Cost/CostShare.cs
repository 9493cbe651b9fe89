namespace AbsBuildTasks.Plans.Cost;

/// <summary>A cost against that of full precision.</summary>
internal static class CostShare
{
    /// <summary>The share, 0 to 1; 0 of a cost that the network does not have, as one of embeddings alone has no bit-operations.</summary>
    /// <param name="cost">The cost.</param>
    /// <param name="fullPrecision">The same in full precision.</param>
    public static double Of(long cost, long fullPrecision) => fullPrecision == 0 ? 0 : (double)cost / fullPrecision;
}
