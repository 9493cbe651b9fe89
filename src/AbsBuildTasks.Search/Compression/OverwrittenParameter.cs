using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Compression;

/// <summary>
/// A parameter that torch's own code holds, so that nothing can stand in for it: from the forward pass to the end of the
/// backward pass, which reads it again, it holds the value itself, and its own is kept here.
/// </summary>
/// <param name="original">The parameter; its gradient receives the result.</param>
internal sealed class OverwrittenParameter(Parameter original) : SwappedParameter(original)
{
    private readonly Tensor _own = empty_like(original).DetachFromDisposeScope();
    private bool _isIn;
    private bool _trains;

    /// <inheritdoc />
    public override void PutIn()
    {
        using var noGradient = no_grad();
        _ = _own.copy_(Original);
        _ = Original.copy_(Value);
        (_isIn, _trains) = (true, Original.requires_grad);

        // Interval and gates learn also where its author froze it.
        Original.requires_grad = true;
    }

    /// <inheritdoc />
    public override void PutBack()
    {
        if (_isIn)
        {
            using var noGradient = no_grad();
            _ = Original.copy_(_own);
            (_isIn, Original.requires_grad) = (false, _trains);
        }
    }

    /// <inheritdoc />
    public override Tensor? TakeGradient()
    {
        // Tables may have gradients of the rows alone that were looked up.
        var gradient = Take(Original);
        return gradient is { is_sparse: true } ? gradient.to_dense() : gradient;
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        PutBack();
        _own.Dispose();
        base.Dispose();
    }
}
