namespace AbsBuildTasks.Search.Gates;

/// <summary>
/// A gate that opens where a measure exceeds a trainable threshold: g = 1[A &gt; α] forward, the slope of σ(κ(A − α))
/// backward.
/// </summary>
internal static class ThresholdGate
{
    /// <summary>κ, the slope of the surrogate: measures and thresholds are of order 0.1 to 1.</summary>
    public const double Steepness = 10;

    /// <summary>g.</summary>
    public static bool IsOpen(double measure, double threshold) => measure > threshold;

    /// <summary>∂g/∂A = −∂g/∂α = κσ(1 − σ).</summary>
    public static double Slope(double measure, double threshold)
    {
        var soft = 1 / (1 + Math.Exp(-Steepness * (measure - threshold)));
        return Steepness * soft * (1 - soft);
    }
}
