using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Quantization;

/// <summary>The quantiser's parts as torch operations, on any device.</summary>
internal static class SuperBit
{
    /// <summary>D(z, s) = s·round(z/s), ties to even.</summary>
    public static Tensor Discretize(Tensor z, double step) => z.mul((float)(1 / step)).round_().mul_(step);

    /// <summary>z = clip(Scale·x/v + Shift, Low, High), the shape of <paramref name="x"/>.</summary>
    public static Tensor Normalize(Tensor x, float interval, QuantizationGrid grid) =>
        x.mul((float)grid.Scale / interval).add_(grid.Shift).clamp_(grid.Low, grid.High);

    /// <summary>x̂ = v·(z − Shift)/Scale, the shape of <paramref name="z"/>; overwrites it.</summary>
    public static Tensor Denormalize(Tensor z, float interval, QuantizationGrid grid) =>
        z.sub_(grid.Shift).mul_(1 / grid.Scale).mul_(interval);

    /// <summary>The levels, as the integers z/s_b that are stored, of values that lie on the grid.</summary>
    public static Tensor Levels(Tensor quantized, float interval, QuantizationGrid grid, int bits) =>
        Normalize(quantized, interval, grid).div_(grid.Step(bits)).round_();

    /// <summary>The values of stored levels: exactly what quantising gave; overwrites the levels.</summary>
    public static Tensor Values(Tensor levels, float interval, QuantizationGrid grid, int bits) =>
        Denormalize(levels.mul_(grid.Step(bits)), interval, grid);
}
