using AbsBuildTasks.Search.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace AbsBuildTasks.Search.Compression;

/// <summary>Rounds a value to the levels of a byte, with straight-through gradients: ∂L/∂x = ∂L/∂x̂ between the lowest level and the highest, else 0.</summary>
internal sealed class RoundFunction : SingleTensorFunction<RoundFunction>
{
    // Torch has taken its own reference by the time the next node runs on this thread.
    [ThreadStatic]
    private static Tensor? _lastResult;

    /// <inheritdoc />
    public override string Name => nameof(RoundFunction);

    /// <summary>Rounds into a new tensor.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="levels">The levels.</param>
    public static Tensor Round(Tensor x, PackedValue levels)
    {
        if (!x.requires_grad || !is_grad_enabled())
        {
            return Rounded(x, levels);
        }

        // TorchSharp keeps a tensor the size of each output in reserve; it ends with this scope.
        using var scope = NewDisposeScope();
        return apply(x, levels).MoveToOuterDisposeScope();
    }

    /// <summary>Rounds a tensor whose history a new one could not take over, as that of an operation in place.</summary>
    /// <param name="x">Any shape; no earlier operation needs its values for gradients.</param>
    /// <param name="levels">The levels.</param>
    public static void RoundInPlace(Tensor x, PackedValue levels)
    {
        using var scope = NewDisposeScope();
        var (low, high) = Ends(levels);

        // This has the gradient, and rounding the one of the identity.
        _ = x.clamp_(low * levels.Scale, high * levels.Scale);
        using var noGradient = no_grad();
        _ = x.copy_(Rounded(x, levels));
    }

    /// <inheritdoc />
    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var (x, levels) = ((Tensor)vars[0], (PackedValue)vars[1]);
        ctx.save_for_backward([x]);
        ctx.save_data(nameof(PackedValue), levels);
        return Rounded(x, levels);
    }

    /// <inheritdoc />
    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        // Both would otherwise live to the end of the step.
        using var gradient = grad_output;
        _lastResult?.Dispose();
        using var x = ctx.get_saved_variables()[0];
        var levels = (PackedValue)ctx.get_data(nameof(PackedValue));
        var (low, high) = Ends(levels);
        using var scope = NewDisposeScope();
        _lastResult = gradient.mul(x.ge(low * levels.Scale).logical_and_(x.le(high * levels.Scale))).DetachFromDisposeScope();
        return [_lastResult, null!];
    }

    private static Tensor Rounded(Tensor x, PackedValue levels)
    {
        using var noGradient = no_grad();
        var (low, high) = Ends(levels);
        return x.div(levels.Scale).round_().clamp_(low, high).mul_(levels.Scale);
    }

    private static (int Low, int High) Ends(PackedValue levels) => (-levels.Zero, byte.MaxValue - levels.Zero);
}
