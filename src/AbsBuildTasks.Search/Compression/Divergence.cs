using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Compression;

/// <summary>What ends a training that has run away.</summary>
internal static class Divergence
{
    private const double LeastScale = 1e-12;

    /// <summary>Fails where a number is not finite.</summary>
    /// <param name="value">The number.</param>
    /// <param name="name">What it is: <c>the loss</c>.</param>
    /// <returns>The number.</returns>
    /// <exception cref="AbsException">ABS3002.</exception>
    public static double Require(double value, string name) => double.IsFinite(value) ? value : throw Error(name);

    /// <summary>The same of a scale that others are divided by: never zero.</summary>
    /// <exception cref="AbsException">ABS3002.</exception>
    public static double RequireScale(double value, string name) => Math.Max(LeastScale, Require(value, name));

    /// <summary>Fails where a parameter that trains is not finite, which quantisers may hide from the loss.</summary>
    /// <exception cref="AbsException">ABS3002.</exception>
    public static void Require(nn.Module network)
    {
        if (FindIn(network) is { } name)
        {
            throw Error($"a value of {name}");
        }
    }

    /// <summary>The name of a parameter that trains and has a value that is not finite, or null.</summary>
    public static string? FindIn(nn.Module network)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return network.named_parameters()
            .Where(pair => pair.parameter.requires_grad && !pair.parameter.isfinite().all().item<bool>())
            .Select(pair => pair.name)
            .FirstOrDefault();
    }

    private static AbsException Error(string name) =>
        new(AbsCodes.Diverged, $"Training diverged: {name} is not a finite number. Lower LearningRate, or check the data and the loss.");
}
