using AbsBuildTasks.Search.Kernels;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace AbsBuildTasks.Search.Compression;

/// <summary>
/// The gated super-bit quantiser x̂ = v·[z_{b_1} + g_2·(ε_{b_2} + g_3·(ε_{b_3} + …))] with straight-through rounding,
/// as a node of the graph. Gradients of interval and gates go to the quantiser, not to the graph.
/// </summary>
/// <remarks>
/// With G = ∂L/∂x̂ and u = Scale·x/v + Shift:
/// <list type="bullet">
/// <item>∂L/∂x = G where Low ≤ u ≤ High, else 0;</item>
/// <item>∂L/∂v = Σ G·(x̂/v − x/v·1[Low ≤ u ≤ High]), through the scale and through the clip;</item>
/// <item>∂L/∂g_j = Π_{i&lt;j} g_i · Σ G·v/Scale·(ε_{b_j} + g_{j+1}·(ε_{b_{j+1}} + …)).</item>
/// </list>
/// Under straight-through rounding z − z_b does not depend on z, so the gates' measures pass no gradient on to x.
/// </remarks>
internal sealed class QuantizeFunction : SingleTensorFunction<QuantizeFunction>
{
    // Torch has taken its own reference by the time the next node runs on this thread.
    [ThreadStatic]
    private static Tensor? _lastResult;

    /// <inheritdoc />
    public override string Name => nameof(QuantizeFunction);

    /// <summary>Quantises a tensor.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="quantizer">Chooses the bitwidth, and receives gradients.</param>
    /// <param name="measure">Whether its gates may change.</param>
    public static Tensor Quantize(Tensor x, TensorQuantizer quantizer, bool measure)
    {
        // TorchSharp keeps a tensor the size of each output in reserve; it ends with this scope.
        using var scope = NewDisposeScope();
        if (measure && !quantizer.LearnsFrom(x))
        {
            return quantizer.Forward(x, measure).MoveToOuterDisposeScope();
        }

        return apply(x, quantizer.Anchor, quantizer, measure).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var (x, quantizer) = ((Tensor)vars[0], (TensorQuantizer)vars[2]);
        var result = quantizer.Forward(x, (bool)vars[3]);
        ctx.save_for_backward([x]);
        ctx.save_data(nameof(TensorQuantizer), quantizer);
        ctx.save_data(nameof(SuperBitState), quantizer.State);
        ctx.set_materialize_grads(false);
        return result;
    }

    /// <inheritdoc />
    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        // Both would otherwise live to the end of the step: what came in, and what the layer behind passed on.
        using var gradient = grad_output;
        _lastResult?.Dispose();
        using var x = ctx.get_saved_variables()[0];
        var quantizer = (TensorQuantizer)ctx.get_data(nameof(TensorQuantizer));
        _lastResult = quantizer.Backward(gradient, x, (SuperBitState)ctx.get_data(nameof(SuperBitState)));
        return [_lastResult, null!, null!, null!];
    }
}
