using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Compression;

/// <summary>
/// A leaf tensor that stands in a parameter's place with a value computed from it. Its gradient is what the network
/// gives; whoever computed the value turns it into the parameter's own.
/// </summary>
/// <param name="original">The parameter; its gradient receives the result.</param>
internal class SwappedParameter(Parameter original) : IDisposable
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

    /// <summary>Lets the parameter itself hold the value, where nothing can stand in its place.</summary>
    public virtual void PutIn()
    {
        // The layer is given what stands in.
    }

    /// <summary>Gives the parameter its own value back.</summary>
    public virtual void PutBack()
    {
        // It has never held another.
    }

    /// <summary>The gradient that has arrived since the last call, or null; taken out.</summary>
    public virtual Tensor? TakeGradient() => Take(Value);

    /// <summary>Gives the original its gradient, beside what the network's own use of it has given; none where its author froze it.</summary>
    public void Pass(Tensor gradient)
    {
        if (Original.requires_grad)
        {
            Original.grad = Original.grad is { } own ? own.add(gradient) : gradient;
        }
    }

    /// <inheritdoc />
    public virtual void Dispose() => Value.Dispose();

    /// <summary>Takes a parameter's gradient out; null where it has none.</summary>
    protected static Tensor? Take(Parameter parameter)
    {
        var gradient = parameter.grad;
        if (gradient is not null)
        {
            parameter.grad = null;
        }

        return gradient;
    }
}
