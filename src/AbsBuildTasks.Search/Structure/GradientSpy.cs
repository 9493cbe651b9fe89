using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace AbsBuildTasks.Search.Structure;

/// <summary>Passes a tensor through, and notes when a gradient comes back.</summary>
internal sealed class GradientSpy : SingleTensorFunction<GradientSpy>
{
    /// <inheritdoc />
    public override string Name => nameof(GradientSpy);

    /// <summary>Passes a tensor through.</summary>
    /// <param name="x">What a layer gives out.</param>
    /// <param name="note">Called when a gradient passes; must not throw, as native code calls it.</param>
    public static Tensor Watch(Tensor x, Action note) => apply(x, note);

    /// <inheritdoc />
    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        ctx.save_data(nameof(Action), vars[1]);
        return ((Tensor)vars[0]).clone();
    }

    /// <inheritdoc />
    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        ((Action)ctx.get_data(nameof(Action)))();
        return [grad_output.clone(), null!];
    }
}
