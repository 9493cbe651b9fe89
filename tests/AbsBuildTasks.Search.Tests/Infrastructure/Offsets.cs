using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Quantization;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Infrastructure;

/// <summary>
/// The super-bit as the paper writes it: z_{b_1} = D(z, s_{b_1}), ε_{b_j} = D(z − z_{b_{j−1}}, s_{b_j}),
/// z_{b_j} = z_{b_{j−1}} + ε_{b_j}. What the product computes in one pass is checked against it.
/// </summary>
internal static class Offsets
{
    /// <returns>z_{b_1}, ε_{b_2}, …; the sum of the first j is z at b_j bits.</returns>
    public static Tensor[] Of(Tensor x, float interval, QuantizationGrid grid, BitChain chain)
    {
        var parts = new Tensor[chain.Count];
        var rest = x.div(interval).mul(grid.Scale).add(grid.Shift).clamp(grid.Low, grid.High);
        for (var j = 0; j < chain.Count; j++)
        {
            rest = j == 0 ? rest : rest.sub(parts[j - 1]);
            parts[j] = rest.div(grid.Step(chain[j])).round().mul(grid.Step(chain[j]));
        }

        return parts;
    }
}
