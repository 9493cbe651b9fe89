using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Gates;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace AbsBuildTasks.Search.Quantization;

/// <summary>
/// The gated super-bit quantiser x̂ = v·[z_{b_1} + g_2·(ε_{b_2} + g_3·(ε_{b_3} + …))] with straight-through rounding,
/// whose gates open where the error left by the coarser bitwidth exceeds a threshold.
/// </summary>
/// <remarks>
/// Gradients, with G = ∂L/∂x̂ and u = Scale·x/v + Shift:
/// <list type="bullet">
/// <item>∂L/∂x = G where Low ≤ u ≤ High, else 0;</item>
/// <item>∂L/∂v = Σ G·(x̂/v − x/v·1[Low ≤ u ≤ High]), through the scale and through the clip;</item>
/// <item>∂L/∂g_j = Π_{i&lt;j} g_i · Σ G·v/Scale·(ε_{b_j} + g_{j+1}·(ε_{b_{j+1}} + …)), plus what comes in for g_j;</item>
/// <item>∂L/∂α_j = −κσ(1 − σ)·∂L/∂g_j.</item>
/// </list>
/// Under straight-through rounding z − z_b does not depend on z, so the error norm passes no gradient on to x.
/// The backward pass computes the offsets again from x, which costs less than keeping K tensors alive.
/// </remarks>
internal sealed class SuperBitFunction : MultiTensorFunction<SuperBitFunction>
{
    /// <inheritdoc />
    public override string Name => nameof(SuperBitFunction);

    /// <summary>Quantises a tensor at the bitwidth its gates choose.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="interval">The clipping interval v, a positive scalar <c>[]</c>.</param>
    /// <param name="thresholds">α_2 … α_K, <c>[K − 1]</c>.</param>
    /// <param name="grid">The levels.</param>
    /// <param name="chain">The K &gt; 1 candidate bitwidths.</param>
    /// <returns>The quantised tensor, the shape of <paramref name="x"/>; the gates g_2 … g_K, <c>[K − 1]</c>.</returns>
    public static (Tensor Quantized, Tensor Gates) Quantize(
        Tensor x, Tensor interval, Tensor thresholds, QuantizationGrid grid, BitChain chain)
    {
        var outputs = apply(x, interval, thresholds, new Levels(grid, chain));
        return (outputs[0], outputs[1]);
    }

    /// <summary>Quantises a tensor at one bitwidth.</summary>
    /// <inheritdoc cref="Quantize(Tensor, Tensor, Tensor, QuantizationGrid, BitChain)"/>
    public static Tensor Quantize(Tensor x, Tensor interval, QuantizationGrid grid, int bits) =>
        apply(x, interval, null!, new Levels(grid, BitChain.Of(bits)))[0];

    /// <inheritdoc />
    public override List<Tensor> forward(AutogradContext ctx, params object[] vars)
    {
        var (x, interval, thresholds, levels) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor?)vars[2], (Levels)vars[3]);
        using var scope = NewDisposeScope();
        var z = SuperBit.Normalize(x, interval, levels.Grid);
        var parts = SuperBit.Decompose(z, levels.Grid, levels.Chain);
        ctx.save_data(nameof(Levels), levels);

        // TorchSharp would make zeros like a tensor that ends with the scope the network runs in.
        ctx.set_materialize_grads(false);
        if (thresholds is null)
        {
            ctx.save_for_backward([x, interval]);
            return [SuperBit.Denormalize(parts[0], interval, levels.Grid).MoveToOuterDisposeScope()];
        }

        var norms = SuperBit.ErrorNorms(z, parts, levels.Grid, levels.Chain).MoveToOuterDisposeScope();
        var gates = ThresholdGate.Step(norms, thresholds).MoveToOuterDisposeScope();
        ctx.save_for_backward([x, interval, thresholds, norms]);
        return [SuperBit.Denormalize(Sum(parts, gates), interval, levels.Grid).MoveToOuterDisposeScope(), gates];
    }

    /// <inheritdoc />
    public override List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (grid, chain) = (Levels)ctx.get_data(nameof(Levels));
        var (x, interval) = (saved[0], saved[1]);
        var gradient = grad_outputs[0].IsInvalid ? zeros_like(x) : grad_outputs[0];

        var ratio = x.div(interval);
        var u = ratio.mul(grid.Scale).add_(grid.Shift);
        var inside = u.ge(grid.Low).logical_and_(u.le(grid.High)).to(x.dtype);
        var parts = SuperBit.Decompose(u.clamp_(grid.Low, grid.High), grid, chain);

        Tensor? gradThresholds = null;
        Tensor value;
        if (saved.Count == 2)
        {
            value = parts[0];
        }
        else
        {
            var (thresholds, norms) = (saved[2], saved[3]);
            var gates = ThresholdGate.Step(norms, thresholds);
            var sums = new Tensor[chain.Count - 1];
            value = Sum(parts, gates, (j, tail) => sums[j - 1] = gradient.mul(tail).sum());

            // An offset only matters while all coarser gates are open.
            var reached = cat([ones_like(gates[..1]), gates[..^1].cumprod(0)]);
            var gradGates = stack(sums).mul_(interval).div_(grid.Scale).mul_(reached);
            if (!grad_outputs[1].IsInvalid)
            {
                gradGates.add_(grad_outputs[1]);
            }

            gradThresholds = gradGates.mul_(ThresholdGate.Slope(norms, thresholds)).neg_();
        }

        var gradX = gradient.mul(inside);
        var gradInterval = gradient.mul(value.sub_(grid.Shift).div_(grid.Scale).sub_(ratio.mul_(inside))).sum();
        return
        [
            gradX.MoveToOuterDisposeScope(),
            gradInterval.MoveToOuterDisposeScope(),
            gradThresholds?.MoveToOuterDisposeScope()!,
            null!,
        ];
    }

    /// <summary>z_{b_1} + g_2·(ε_{b_2} + …), from the finest offset inwards; overwrites the offsets.</summary>
    /// <param name="parts">The decomposition.</param>
    /// <param name="gates">g_2 … g_K.</param>
    /// <param name="onTail">Sees ε_{b_j} + g_{j+1}·(…) for each j &gt; 1, from K down.</param>
    private static Tensor Sum(Tensor[] parts, Tensor gates, Action<int, Tensor>? onTail = null)
    {
        var tail = parts[^1];
        for (var j = parts.Length - 1; j > 0; j--)
        {
            onTail?.Invoke(j, tail);
            tail = tail.mul_(gates[j - 1]).add_(parts[j - 1]);
        }

        return tail;
    }

    private sealed record Levels(QuantizationGrid Grid, BitChain Chain);
}
