using AbsBuildTasks.Plans.Settings;
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

    /// <summary>
    /// Splits normalised values into the coarsest grid's value and the offset each finer bitwidth adds:
    /// z_{b_1} = D(z, s_{b_1}), ε_{b_j} = D(z − z_{b_{j−1}}, s_{b_j}), z_{b_j} = z_{b_{j−1}} + ε_{b_j}.
    /// </summary>
    /// <returns>K tensors of the shape of <paramref name="z"/>; the sum of the first j is z at b_j bits.</returns>
    public static Tensor[] Decompose(Tensor z, QuantizationGrid grid, BitChain chain)
    {
        var parts = new Tensor[chain.Count];
        parts[0] = Discretize(z, grid.Step(chain.Lowest));
        var rest = z;
        for (var j = 1; j < chain.Count; j++)
        {
            rest = rest.sub(parts[j - 1]);
            parts[j] = Discretize(rest, grid.Step(chain[j]));
        }

        return parts;
    }

    /// <summary>The levels, as the integers z/s_b that are stored, of values that lie on the grid.</summary>
    public static Tensor Levels(Tensor quantized, float interval, QuantizationGrid grid, int bits) =>
        Normalize(quantized, interval, grid).div_(grid.Step(bits)).round_();

    /// <summary>The values of stored levels: exactly what quantising gave; overwrites the levels.</summary>
    public static Tensor Values(Tensor levels, float interval, QuantizationGrid grid, int bits) =>
        Denormalize(levels.mul_(grid.Step(bits)), interval, grid);
}
