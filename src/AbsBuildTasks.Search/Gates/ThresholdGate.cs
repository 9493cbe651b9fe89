using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Gates;

/// <summary>
/// A gate that opens where a measure exceeds a trainable threshold: g = 1[A &gt; α] forward, the slope of σ(κ(A − α))
/// backward.
/// </summary>
internal static class ThresholdGate
{
    /// <summary>κ, the slope of the surrogate: measures and thresholds are of order 0.1 to 1.</summary>
    public const double Steepness = 10;

    /// <summary>The step, without gradient.</summary>
    public static Tensor Step(Tensor measure, Tensor threshold) => measure.gt(threshold).to(measure.dtype);

    /// <summary>∂g/∂A = −∂g/∂α = κσ(1 − σ), without gradient.</summary>
    public static Tensor Slope(Tensor measure, Tensor threshold)
    {
        var soft = measure.sub(threshold).mul_(Steepness).sigmoid_();
        return soft.mul(soft.neg().add_(1)).mul_(Steepness);
    }

    /// <summary>The gate as part of the graph.</summary>
    /// <param name="measure">A, any shape.</param>
    /// <param name="threshold">α, of a shape that broadcasts to the measure's.</param>
    /// <returns>Zeros and ones of the broadcast shape.</returns>
    public static Tensor Open(Tensor measure, Tensor threshold)
    {
        var soft = measure.sub(threshold).mul(Steepness).sigmoid();

        // soft − soft carries no value, only the sigmoid's gradient; added last, the result is exactly 0 or 1.
        return Step(measure, threshold).detach().add(soft.sub(soft.detach()));
    }
}
