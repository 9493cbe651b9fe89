using AbsBuildTasks.Search.Checkpoints;

namespace AbsBuildTasks.Search.Gates;

/// <summary>
/// A number that trains beside the network: a clipping interval or a threshold. Kept outside torch, where hundreds of
/// one-element tensors would cost more time than the search itself.
/// </summary>
/// <param name="value">Where it starts.</param>
internal sealed class TrainedScalar(double value)
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private double _mean;
    private double _square;
    private int _steps;

    /// <summary>Its value.</summary>
    public double Value { get; set; } = value;

    /// <summary>∂L/∂value, gathered since the last step.</summary>
    public double Gradient { get; set; }

    /// <summary>One step of Adam (Kingma and Ba, 2015), which uses up the gradient.</summary>
    public void Step(double learningRate)
    {
        _steps++;
        _mean = (Beta1 * _mean) + ((1 - Beta1) * Gradient);
        _square = (Beta2 * _square) + ((1 - Beta2) * Gradient * Gradient);
        var mean = _mean / (1 - Math.Pow(Beta1, _steps));
        var square = _square / (1 - Math.Pow(Beta2, _steps));
        Value -= learningRate * mean / (Math.Sqrt(square) + Epsilon);
        Gradient = 0;
    }

    /// <summary>Writes what lasts from one step to the next, or sets it.</summary>
    public void Exchange(StateStream state)
    {
        Value = state.Number(Value);
        _mean = state.Number(_mean);
        _square = state.Number(_square);
        _steps = state.Integer(_steps, 0, int.MaxValue);
    }
}
