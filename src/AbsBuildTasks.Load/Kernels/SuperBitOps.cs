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
    /// <returns>The shape of <paramref name="x"/>; without gradient. What is not finite stays as it is.</returns>
    public static Tensor Forward(Tensor x, SuperBitState quantizer, Span<double> errors, Tensor? into = null)
    {
        Tensor result;
        if (HostMemory.Holds(x))
        {
            using var dense = x.contiguous();
            result = into ?? empty_like(dense);
            SuperBitKernel.Forward(HostMemory.Values(dense), HostMemory.Values(result), quantizer.Scalars(), errors);
        }
        else
        {
            using var scope = NewDisposeScope();
            result = TorchForward(x, quantizer, errors);
            result = into?.copy_(result) is null ? result.MoveToOuterDisposeScope() : into;
        }

        for (var j = 0; j < errors.Length; j++)
        {
            errors[j] /= x.numel() * quantizer.Grid.Step(quantizer.Chain[j]);
        }

        return result;
    }

    /// <summary>Gradients of values, interval and gates; see <c>QuantizeFunction</c>.</summary>
    /// <param name="gradient">∂L/∂x̂, any shape.</param>
    /// <param name="x">What was quantised.</param>
    /// <param name="quantizer">As it was in the forward pass.</param>
    /// <param name="sums">Receives ∂L/∂v, then ∂L/∂g_2 … ∂L/∂g_K, as if all coarser gates were open; of length K.</param>
    /// <returns>∂L/∂x.</returns>
    public static Tensor Backward(Tensor gradient, Tensor x, SuperBitState quantizer, Span<double> sums)
    {
        Tensor result;
        if (HostMemory.Holds(x))
        {
            using var scope = NewDisposeScope();
            var (upstream, dense) = (gradient.contiguous(), x.contiguous());
            result = empty_like(dense);
            SuperBitKernel.Backward(HostMemory.Values(upstream), HostMemory.Values(dense), HostMemory.Values(result), quantizer.Scalars(), sums);
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

    private static Tensor TorchForward(Tensor x, SuperBitState quantizer, Span<double> errors)
    {
        var (z, chosen) = (SuperBit.Normalize(x.detach(), quantizer.Interval, quantizer.Grid), quantizer.Scalars().Chosen);
        var value = Level(z, quantizer, chosen);
        var sums = new Tensor[errors.Length];
        for (var j = 0; j < sums.Length; j++)
        {
            sums[j] = Sum(z.sub(j == chosen ? value : Level(z, quantizer, j)).abs_());
        }

        Fetch(sums, errors);
        return where(x.detach().isfinite(), SuperBit.Denormalize(value, quantizer.Interval, quantizer.Grid), x.detach());
    }

    private static Tensor TorchBackward(Tensor gradient, Tensor x, SuperBitState quantizer, Span<double> sums)
    {
        var (grid, scalars) = (quantizer.Grid, quantizer.Scalars());
        var ratio = x.div(quantizer.Interval);
        var u = ratio.mul(grid.Scale).add_(grid.Shift);
        var inside = u.ge(grid.Low).logical_and_(u.le(grid.High)).to(x.dtype);
        var z = u.clamp_(grid.Low, grid.High);
        Tensor[] levels = [.. Enumerable.Range(0, scalars.Count).Select(j => Level(z, quantizer, j))];
        var value = levels[scalars.Chosen].sub(grid.Shift).div_(grid.Scale);
        var parts = new Tensor[sums.Length];
        parts[0] = Sum(value.sub_(ratio.mul_(inside)).mul_(gradient));
        for (var j = 1; j < parts.Length; j++)
        {
            parts[j] = Sum(levels[scalars.Reached[j]].sub(levels[j - 1]).mul_(gradient));
        }

        Fetch(parts, sums);
        return gradient.mul(inside);
    }

    private static Tensor Level(Tensor z, SuperBitState quantizer, int j) => SuperBit.Discretize(z, quantizer.Grid.Step(quantizer.Chain[j]));

    private static Tensor Sum(Tensor values) => values.sum(ScalarType.Float64);

    /// <summary>Waits for the device once, however many sums there are.</summary>
    private static void Fetch(Tensor[] sums, Span<double> target)
    {
        if (sums.Length > 0)
        {
            stack(sums).cpu().data<double>().ToArray().CopyTo(target);
        }
    }
}
