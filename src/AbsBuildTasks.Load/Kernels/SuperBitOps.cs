using AbsBuildTasks.Search.Quantization;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Kernels;

/// <summary>The super-bit quantiser on tensors: one fused pass on the processor, torch's operations elsewhere.</summary>
internal static class SuperBitOps
{
    /// <summary>Quantises at the bitwidth the gates choose, and measures what each bitwidth leaves.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="quantizer">Grid, chain, intervals and gates.</param>
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
            SuperBitKernel.Forward(HostMemory.Values(dense), HostMemory.Values(result), quantizer.Scalars(), quantizer.Intervals, errors);
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

    /// <summary>Gradients of values, intervals and gates; see <c>QuantizeFunction</c>.</summary>
    /// <param name="gradient">∂L/∂x̂, any shape.</param>
    /// <param name="x">What was quantised.</param>
    /// <param name="quantizer">As it was in the forward pass.</param>
    /// <param name="sums">Receives ∂L/∂v of each interval, then ∂L/∂g_2 … ∂L/∂g_K, as if all coarser gates were open.</param>
    /// <returns>∂L/∂x.</returns>
    public static Tensor Backward(Tensor gradient, Tensor x, SuperBitState quantizer, Span<double> sums)
    {
        using var scope = NewDisposeScope();
        if (!HostMemory.Holds(x))
        {
            return TorchBackward(gradient, x, quantizer, sums).MoveToOuterDisposeScope();
        }

        var (upstream, dense) = (gradient.contiguous(), x.contiguous());
        var result = empty_like(dense);
        SuperBitKernel.Backward(HostMemory.Values(upstream), HostMemory.Values(dense), HostMemory.Values(result), quantizer.Scalars(), quantizer.Intervals, sums);
        return result.MoveToOuterDisposeScope();
    }

    private static Tensor TorchForward(Tensor x, SuperBitState quantizer, Span<double> errors)
    {
        var (z, chosen) = (SuperBit.Normalize(x.detach(), quantizer.Intervals, quantizer.Grid), quantizer.Scalars().Chosen);
        var value = Level(z, quantizer, chosen);
        var sums = new Tensor[errors.Length];
        for (var j = 0; j < sums.Length; j++)
        {
            sums[j] = Sum(z.sub(j == chosen ? value : Level(z, quantizer, j)).abs_());
        }

        Fetch(sums, errors);
        return where(x.detach().isfinite(), SuperBit.Denormalize(value, quantizer.Intervals, quantizer.Grid), x.detach());
    }

    private static Tensor TorchBackward(Tensor gradient, Tensor x, SuperBitState quantizer, Span<double> sums)
    {
        var (grid, scalars) = (quantizer.Grid, quantizer.Scalars());
        var intervals = SuperBit.PerRow(quantizer.Intervals, x);
        var ratio = x.div(intervals);
        var u = ratio.mul(grid.Scale).add_(grid.Shift);
        var inside = u.ge(grid.Low).logical_and_(u.le(grid.High)).to(x.dtype);
        var z = u.clamp_(grid.Low, grid.High);
        Tensor[] levels = [.. Enumerable.Range(0, scalars.Count).Select(j => Level(z, quantizer, j))];
        var value = levels[scalars.Chosen].sub(grid.Shift).div_(grid.Scale);
        var (own, parts) = (value.sub_(ratio.mul_(inside)).mul_(gradient), new Tensor[sums.Length - quantizer.Intervals.Length + 1]);
        parts[0] = quantizer.Intervals.Length == 1 ? Sum(own) : own.flatten(1).sum([1], type: ScalarType.Float64);
        for (var j = 1; j < parts.Length; j++)
        {
            parts[j] = Sum(levels[scalars.Reached[j]].sub(levels[j - 1]).mul_(gradient).mul_(intervals)).div_(grid.Scale);
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
            cat([.. sums.Select(sum => sum.reshape(-1))]).cpu().data<double>().ToArray().CopyTo(target);
        }
    }
}
