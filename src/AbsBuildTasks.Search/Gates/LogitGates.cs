using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Gates;

/// <summary>
/// Gates that each have a free logit φ and open by chance with probability σ(φ); without chance where φ &gt; 0.
/// Backward the slope of the probability.
/// </summary>
/// <remarks>
/// The hard-concrete gate (Louizos et al., 2018; Bayesian Bits, van Baalen et al., 2020) with its sample rounded to
/// open or closed, as a layer runs at one bitwidth. Rounding undoes the stretching and makes temperature meaningless.
/// </remarks>
/// <param name="count">The number of gates.</param>
internal sealed class LogitGates(int count) : IGates
{
    // Logits are held in the thresholds' order of magnitude, so that one learning rate suits both kinds of gates.
    private const double Scale = ThresholdGates.Steepness;

    // σ(4): a gate in fifty is closed by chance at the start.
    private const double Initial = 4 / Scale;

    // A gate that never opens or closes by chance any more would learn nothing.
    private const double Most = 6 / Scale;

    private readonly TrainedScalar[] _logits = [.. Enumerable.Range(0, count).Select(_ => new TrainedScalar(Initial))];

    /// <inheritdoc />
    public IReadOnlyList<TrainedScalar> Parameters => _logits;

    /// <inheritdoc />
    public void Start(ReadOnlySpan<double> measures) => Array.ForEach(_logits, logit => logit.Value = Initial);

    /// <inheritdoc />
    public void Choose(ReadOnlySpan<double> measures, bool training, Span<bool> open)
    {
        using var scope = NewDisposeScope();

        // Torch's generator, which is seeded for each step.
        var chance = training ? rand([open.Length], ScalarType.Float64).data<double>().ToArray() : [];
        for (var i = 0; i < open.Length; i++)
        {
            open[i] = Probability(i) > (training ? chance[i] : 0.5);
        }
    }

    /// <inheritdoc />
    public void Limit(double measure)
    {
        foreach (var logit in _logits)
        {
            logit.Value = Math.Clamp(logit.Value, -Most, Most);
        }
    }

    /// <inheritdoc />
    public double Collect(int gate, double measure, double gradient)
    {
        var probability = Probability(gate);
        _logits[gate].Gradient += gradient * Scale * probability * (1 - probability);
        return 0;
    }

    private double Probability(int gate) => 1 / (1 + Math.Exp(-Scale * _logits[gate].Value));
}
