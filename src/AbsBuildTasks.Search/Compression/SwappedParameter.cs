using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Compression;

/// <summary>
/// A leaf tensor that stands in a parameter's place with a value computed from it. Its gradient is what the network
/// gives; whoever computed the value turns it into the parameter's own.
/// </summary>
/// <param name="original">The parameter; its gradient receives the result.</param>
internal sealed class SwappedParameter(Parameter original) : IDisposable
{
    /// <summary>What stands in the layer's slot.</summary>
    public Parameter Value { get; } = (Parameter)new Parameter(original.detach().clone()).DetachFromDisposeScope();

    /// <summary>The layer's own parameter.</summary>
    public Parameter Original { get; } = original;

    /// <summary>Sets the value to the original times a mask, or to the original.</summary>
    public void SetMasked(Tensor? mask)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        _ = Value.copy_(mask is null ? Original : Original.mul(mask));
    }

    /// <summary>The gradient that has arrived since the last call, or null; taken out.</summary>
    public Tensor? TakeGradient()
    {
        var gradient = Value.grad;
        if (gradient is not null)
        {
            Value.grad = null;
        }

        return gradient;
    }

    /// <summary>Gives the original its gradient, beside what the network's own use of it has given; none where its author froze it.</summary>
    public void Pass(Tensor gradient)
    {
        if (Original.requires_grad)
        {
            Original.grad = Original.grad is { } own ? own.add(gradient) : gradient;
        }
    }

    /// <inheritdoc />
    public void Dispose() => Value.Dispose();
}
