using AbsBuildTasks.Plans.Settings;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Quantization;

/// <summary>
/// One tensor quantised at every bitwidth of a chain at once: the coarsest value and the offset each finer bitwidth
/// adds (algorithm: z_{b_1} = D(z, s_{b_1}); ε_{b_j} = D(z − z_{b_{j−1}}, s_{b_j}); z_{b_j} = z_{b_{j−1}} + ε_{b_j}).
/// </summary>
internal static class SuperBit
{
    /// <summary>D(z, s) = s·round(z/s), ties to even.</summary>
    public static Tensor Discretize(Tensor z, double step) => z.div(step).round_().mul_(step);

    /// <summary>z = clip(Scale·x/v + Shift, Low, High), the shape of <paramref name="x"/>.</summary>
    public static Tensor Normalize(Tensor x, Tensor interval, QuantizationGrid grid)
    {
        var z = x.div(interval);
        if (grid.Scale != 1)
        {
            z.mul_(grid.Scale);
        }

        if (grid.Shift != 0)
        {
            z.add_(grid.Shift);
        }

        return z.clamp_(grid.Low, grid.High);
    }

    /// <summary>x̂ = v·(z − Shift)/Scale, the shape of <paramref name="z"/>; overwrites it.</summary>
    public static Tensor Denormalize(Tensor z, Tensor interval, QuantizationGrid grid)
    {
        if (grid.Shift != 0)
        {
            z.sub_(grid.Shift);
        }

        if (grid.Scale != 1)
        {
            z.div_(grid.Scale);
        }

        return z.mul_(interval);
    }

    /// <summary>Splits normalised values into the coarsest grid's value and K − 1 offsets.</summary>
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

    /// <summary>
    /// What each finer bitwidth has left to repair: mean |z − z_{b_{j−1}}| in units of the coarser step, so between 0
    /// and ½ whatever the tensor and the bitwidth.
    /// </summary>
    /// <returns><c>[K − 1]</c>, without gradient.</returns>
    public static Tensor ErrorNorms(Tensor z, Tensor[] parts, QuantizationGrid grid, BitChain chain)
    {
        var norms = new Tensor[chain.Count - 1];
        var rest = z;
        for (var j = 1; j < chain.Count; j++)
        {
            rest = rest.sub(parts[j - 1]);
            norms[j - 1] = rest.abs().mean().div_(grid.Step(chain[j - 1]));
        }

        return stack(norms);
    }

    /// <summary>The level each value is rounded to, as the integer z/s_b that is stored.</summary>
    public static Tensor Levels(Tensor x, Tensor interval, QuantizationGrid grid, int bits) =>
        Normalize(x, interval, grid).div_(grid.Step(bits)).round_();

    /// <summary>The values of stored levels: exactly what quantising gave; overwrites the levels.</summary>
    public static Tensor Values(Tensor levels, Tensor interval, QuantizationGrid grid, int bits) =>
        Denormalize(levels.mul_(grid.Step(bits)), interval, grid);
}
