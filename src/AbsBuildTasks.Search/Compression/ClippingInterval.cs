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
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var flat = values.detach().flatten();
        var stride = Math.Max(1, flat.shape[0] / SampleSize);
        var sample = flat[TensorIndex.Slice(0, null, stride)];
        var largest = Math.Max(sample.abs().max().to(ScalarType.Float64).item<double>(), Least);

        var (best, bestError) = (largest, double.PositiveInfinity);
        for (var i = 1; i <= Candidates; i++)
        {
            using var inner = NewDisposeScope();
            var candidate = largest * i / Candidates;
            var quantized = SuperBitOps.Forward(sample, SuperBitState.Fixed(grid, bits, (float)candidate), []);
            var error = quantized.sub(sample).square().mean().to(ScalarType.Float64).item<double>();
            if (error < bestError)
            {
                (best, bestError) = (candidate, error);
            }
        }

        return best;
    }
}
