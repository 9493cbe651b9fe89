using AbsBuildTasks.Search.Kernels;
using AbsBuildTasks.Search.Quantization;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Compression;

/// <summary>Chooses a clipping interval from data.</summary>
internal static class ClippingInterval
{
    private const int Candidates = 40;

    // Enough values for a stable optimum; more only cost time.
    private const int SampleSize = 1 << 16;

    private const double Least = 1e-6;

    /// <summary>The interval with the smallest mean squared quantisation error at a bitwidth.</summary>
    /// <param name="values">Weights or calibration activations, any shape.</param>
    /// <param name="grid">The levels.</param>
    /// <param name="bits">The bitwidth to be good at.</param>
    /// <returns>v &gt; 0.</returns>
    public static double Fit(Tensor values, QuantizationGrid grid, int bits)
    {
        using var scope = NewDisposeScope();
        var flat = values.detach().flatten();
        var stride = Math.Max(1, flat.shape[0] / SampleSize);
        return FitRows(flat[TensorIndex.Slice(0, null, stride)].reshape(1, -1), grid, bits)[0];
    }

    /// <summary>The same for each row of values.</summary>
    /// <param name="values"><c>[rows, …]</c>, none of them empty.</param>
    /// <param name="grid">The levels.</param>
    /// <param name="bits">The bitwidth to be good at.</param>
    /// <returns>v &gt; 0 of each row.</returns>
    public static double[] FitRows(Tensor values, QuantizationGrid grid, int bits)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var rows = values.detach().flatten(1);
        double[] largest = [.. PerRow(rows.abs().amax([1])).Select(value => Math.Max(value, Least))];
        var (best, bestErrors) = (largest.ToArray(), Enumerable.Repeat(double.PositiveInfinity, largest.Length).ToArray());
        for (var i = 1; i <= Candidates; i++)
        {
            using var inner = NewDisposeScope();
            double[] candidates = [.. largest.Select(value => value * i / Candidates)];
            var quantized = SuperBitOps.Forward(rows, SuperBitState.Fixed(grid, bits, [.. candidates.Select(value => (float)value)]), []);
            foreach (var (row, error) in PerRow(quantized.sub(rows).square().mean([1])).Index())
            {
                if (error < bestErrors[row])
                {
                    (best[row], bestErrors[row]) = (candidates[row], error);
                }
            }
        }

        return best;
    }

    private static double[] PerRow(Tensor values) => values.to(ScalarType.Float64).cpu().data<double>().ToArray();
}
