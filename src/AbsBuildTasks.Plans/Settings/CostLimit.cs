namespace AbsBuildTasks.Plans.Settings;

/// <summary>What a plan may have of one cost at most; the default allows any.</summary>
/// <param name="Share">The largest share of full precision, greater than 0 and at most 1; null for any.</param>
/// <param name="Amount">The most in the cost's own unit, at least 1; null for any.</param>
internal readonly record struct CostLimit(double? Share = null, long? Amount = null)
{
    /// <summary>The same limit may be computed in another order; what differs by this share alone is within it.</summary>
    public const double Rounding = 1e-9;

    /// <summary>Whether anything is limited.</summary>
    public bool IsSet => Share is not null || Amount is not null;

    /// <summary>Whether a cost is within the limit.</summary>
    /// <param name="cost">The plan's.</param>
    /// <param name="fullPrecision">The full-precision network's.</param>
    public bool Allows(long cost, long fullPrecision) =>
        MostOf(fullPrecision) is not { } most || cost <= most;

    /// <summary>The most that is within the limit; null where any is.</summary>
    /// <param name="fullPrecision">The full-precision network's cost.</param>
    public long? MostOf(long fullPrecision) =>
        Share is { } share ? Math.Min(Amount ?? long.MaxValue, (long)Math.Floor(share * fullPrecision * (1 + Rounding))) : Amount;

    /// <summary>The limit of a network of which a part is only counted: a share is one of all else, and that part comes on top.</summary>
    /// <param name="rest">What the part costs.</param>
    /// <param name="restInFull">What it costs in the full-precision network.</param>
    /// <param name="fullPrecision">The full-precision network's cost, that part included.</param>
    public CostLimit Beside(long rest, long restInFull, long fullPrecision) =>
        Share is { } share ? new(Amount: rest + (long)Math.Floor(share * (fullPrecision - restInFull) * (1 + Rounding))) : this;

    /// <summary>The limit as a share of full precision; null where there is none.</summary>
    /// <param name="fullPrecision">The full-precision network's cost.</param>
    public double? ShareOf(long fullPrecision) => Share ?? ((double?)Amount / fullPrecision);
}
