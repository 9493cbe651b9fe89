using System.Runtime.InteropServices;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Quantization;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Kernels;

/// <summary>The super-bit quantiser on tensors: one fused pass on the processor, torch's operations elsewhere.</summary>
internal static class SuperBitOps
{
    /// <summary>Quantises at the bitwidth the gates choose, and measures what each bitwidth leaves.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="quantizer">Grid, chain, interval and gates.</param>
    /// <param name="errors">Receives mean |z − z_{b_j}| in units of the step at b_j, of length K − 1.</param>
    /// <param name="into">A dense tensor of the same shape to write to, or null for a new one.</param>
    /// <returns>The shape of <paramref name="x"/>; without gradient.</returns>
    public static Tensor Forward(Tensor x, SuperBitState quantizer, Span<double> errors, Tensor? into = null)
    {
        Tensor result;
        if (IsFused(x))
        {
            using var dense = x.contiguous();
            result = into ?? empty_like(dense);
            SuperBitKernel.Forward(Values(dense), Values(result), quantizer.Scalars(), errors);
        }
        else
        {
            using var scope = NewDisposeScope();
            var z = SuperBit.Normalize(x, quantizer.Interval, quantizer.Grid);
            var levels = Levels(z, quantizer);
            for (var j = 0; j < errors.Length; j++)
            {
                errors[j] = z.sub(levels[j]).abs().sum().to(ScalarType.Float64).item<double>();
            }

            result = SuperBit.Denormalize(levels[quantizer.Scalars().Chosen].clone(), quantizer.Interval, quantizer.Grid);
            result = into?.copy_(result) is null ? result.MoveToOuterDisposeScope() : into;
        }

        for (var j = 0; j < errors.Length; j++)
        {
            errors[j] /= x.numel() * quantizer.Grid.Step(quantizer.Chain[j]);
        }

        return result;
    }

    /// <summary>Gradients of values, interval and gates; see <see cref="Compression.QuantizeFunction"/>.</summary>
    /// <param name="gradient">∂L/∂x̂, any shape.</param>
    /// <param name="x">What was quantised.</param>
    /// <param name="quantizer">As it was in the forward pass.</param>
    /// <param name="sums">Receives ∂L/∂v, then ∂L/∂g_2 … ∂L/∂g_K, as if all coarser gates were open; of length K.</param>
    /// <returns>∂L/∂x.</returns>
    public static Tensor Backward(Tensor gradient, Tensor x, SuperBitState quantizer, Span<double> sums)
    {
        Tensor result;
        if (IsFused(x))
        {
            using var scope = NewDisposeScope();
            var (upstream, dense) = (gradient.contiguous(), x.contiguous());
            result = empty_like(dense);
            SuperBitKernel.Backward(Values(upstream), Values(dense), Values(result), quantizer.Scalars(), sums);
            result.MoveToOuterDisposeScope();
        }
        else
        {
            using var scope = NewDisposeScope();
            result = TorchBackward(gradient, x, quantizer, sums).MoveToOuterDisposeScope();
        }

        for (var j = 1; j < sums.Length; j++)
        {
            sums[j] *= quantizer.Interval / quantizer.Grid.Scale;
        }

        return result;
    }

    private static Tensor TorchBackward(Tensor gradient, Tensor x, SuperBitState quantizer, Span<double> sums)
    {
        var (grid, scalars) = (quantizer.Grid, quantizer.Scalars());
        var ratio = x.div(quantizer.Interval);
        var u = ratio.mul(grid.Scale).add_(grid.Shift);
        var inside = u.ge(grid.Low).logical_and_(u.le(grid.High)).to(x.dtype);
        var levels = Levels(u.clamp_(grid.Low, grid.High), quantizer);
        var value = levels[scalars.Chosen].sub(grid.Shift).div_(grid.Scale);
        sums[0] = gradient.mul(value.sub_(ratio.mul_(inside))).sum().to(ScalarType.Float64).item<double>();
        for (var j = 1; j < sums.Length; j++)
        {
            sums[j] = gradient.mul(levels[scalars.Reached[j]].sub(levels[j - 1])).sum().to(ScalarType.Float64).item<double>();
        }

        return gradient.mul(inside);
    }

    private static Tensor[] Levels(Tensor z, SuperBitState quantizer) =>
        [.. quantizer.Chain.Select(bits => SuperBit.Discretize(z, quantizer.Grid.Step(bits)))];

    private static bool IsFused(Tensor x) => x.device_type == TorchSharp.DeviceType.CPU && x.dtype == ScalarType.Float32;

    private static Span<float> Values(Tensor dense) => MemoryMarshal.Cast<byte, float>(dense.bytes);
}
