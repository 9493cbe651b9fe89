using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Quantization;

/// <summary>The quantiser's parts as torch operations, on any device.</summary>
internal static class SuperBit
{
    /// <summary>D(z, s) = s·round(z/s), ties to even.</summary>
    public static Tensor Discretize(Tensor z, double step) => z.mul((float)(1 / step)).round_().mul_(step);

    /// <summary>z = clip(Scale·x/v + Shift, Low, High), the shape of <paramref name="x"/>.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="intervals">v: one for all values, or one for each entry of the first dimension; likewise below.</param>
    /// <param name="grid">The levels.</param>
    public static Tensor Normalize(Tensor x, float[] intervals, QuantizationGrid grid) =>
        x.mul(PerRow([.. intervals.Select(interval => (float)grid.Scale / interval)], x)).add_(grid.Shift).clamp_(grid.Low, grid.High);

    /// <summary>x̂ = v·(z − Shift)/Scale, the shape of <paramref name="z"/>; overwrites it.</summary>
    public static Tensor Denormalize(Tensor z, float[] intervals, QuantizationGrid grid) =>
        z.sub_(grid.Shift).mul_(1 / grid.Scale).mul_(PerRow(intervals, z));

    /// <summary>The levels, as the integers z/s_b that are stored, of values that lie on the grid.</summary>
    public static Tensor Levels(Tensor quantized, float[] intervals, QuantizationGrid grid, int bits) =>
        Normalize(quantized, intervals, grid).div_(grid.Step(bits)).round_();

    /// <summary>The values of stored levels: exactly what quantising gave; overwrites the levels.</summary>
    public static Tensor Values(Tensor levels, float[] intervals, QuantizationGrid grid, int bits) =>
        Denormalize(levels.mul_(grid.Step(bits)), intervals, grid);

    /// <summary>A number for all values of a tensor, or one for each entry of its first dimension, in a shape that acts on it.</summary>
    public static Tensor PerRow(float[] numbers, Tensor x) => numbers is [var only]
        ? tensor(only)
        : tensor(numbers, device: x.device).reshape([numbers.Length, .. Enumerable.Repeat(1L, (int)x.dim() - 1)]);
}
