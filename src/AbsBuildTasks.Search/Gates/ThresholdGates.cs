namespace AbsBuildTasks.Search.Gates;

/// <summary>
/// Gates that open where a measure exceeds a trainable threshold: g = 1[A &gt; α] forward, the slope of σ(κ(A − α))
/// backward.
/// </summary>
/// <param name="count">The number of gates.</param>
/// <param name="shared">Whether one threshold serves all gates.</param>
/// <param name="initialShare">Where thresholds start, as a share of the (smallest) measure; below 1.</param>
internal sealed class ThresholdGates(int count, bool shared, double initialShare) : IGates
{
    /// <summary>κ, the slope of the surrogate: measures and thresholds are of order 0.1 to 1.</summary>
    public const double Steepness = 10;

    private readonly TrainedScalar[] _thresholds = [.. Enumerable.Range(0, shared ? 1 : count).Select(_ => new TrainedScalar(0))];

    /// <inheritdoc />
    public IReadOnlyList<TrainedScalar> Parameters => _thresholds;

    /// <summary>∂g/∂A = −∂g/∂α = κσ(1 − σ).</summary>
    public static double Slope(double measure, double threshold)
    {
        var soft = 1 / (1 + Math.Exp(-Steepness * (measure - threshold)));
        return Steepness * soft * (1 - soft);
    }

    /// <inheritdoc />
    public void Start(ReadOnlySpan<double> measures)
    {
        if (shared)
        {
            _thresholds[0].Value = initialShare * measures.ToArray().Min();
            return;
        }

        for (var i = 0; i < measures.Length; i++)
        {
            _thresholds[i].Value = initialShare * measures[i];
        }
    }

    /// <inheritdoc />
    public void Choose(ReadOnlySpan<double> measures, bool training, Span<bool> open)
    {
        for (var i = 0; i < measures.Length; i++)
        {
            open[i] = measures[i] > Of(i).Value;
        }
    }

    /// <inheritdoc />
    public void Limit(double measure)
    {
        foreach (var threshold in _thresholds)
        {
            threshold.Value = Math.Min(threshold.Value, measure);
        }
    }

    /// <inheritdoc />
    public double Collect(int gate, double measure, double gradient)
    {
        var pull = gradient * Slope(measure, Of(gate).Value);
        Of(gate).Gradient -= pull;
        return pull;
    }

    private TrainedScalar Of(int gate) => _thresholds[shared ? 0 : gate];
}
