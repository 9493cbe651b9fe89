using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Search.Compression;

/// <summary>What ends a training that has run away.</summary>
internal static class Divergence
{
    /// <summary>Fails where a number is not finite.</summary>
    /// <param name="value">The number.</param>
    /// <param name="name">What it is: <c>the loss</c>.</param>
    /// <returns>The number.</returns>
    /// <exception cref="AbsException">ABS3002.</exception>
    public static double Require(double value, string name) => double.IsFinite(value)
        ? value
        : throw new AbsException(AbsCodes.Diverged, $"Training diverged: {name} is not a finite number. Lower LearningRate, or check the data and the loss.");
}
