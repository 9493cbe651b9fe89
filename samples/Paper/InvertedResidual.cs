using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Paper;

/// <summary>A 1×1 convolution to more channels, a depthwise 3×3 one, and a 1×1 one back, beside a shortcut where sizes allow.</summary>
internal sealed class InvertedResidual : Module<Tensor, Tensor>
{
    private readonly Conv2d? expand;
    private readonly BatchNorm2d? expandNorm;
    private readonly Conv2d depthwise;
    private readonly BatchNorm2d depthwiseNorm;
    private readonly Conv2d project;
    private readonly BatchNorm2d projectNorm;
    private readonly bool _hasShortcut;

    /// <summary>Makes the block.</summary>
    /// <param name="inputs">Channels that come in.</param>
    /// <param name="filters">Channels that go out.</param>
    /// <param name="expansion">How many times as many channels are in between; 1: no first convolution.</param>
    /// <param name="stride">By which the image's sides shrink.</param>
    public InvertedResidual(int inputs, int filters, int expansion, int stride)
        : base(nameof(InvertedResidual))
    {
        var hidden = inputs * expansion;
        if (expansion > 1)
        {
            expand = Conv2d(inputs, hidden, 1, bias: false);
            expandNorm = BatchNorm2d(hidden);
        }

        depthwise = Conv2d(hidden, hidden, 3, stride: stride, padding: 1, groups: hidden, bias: false);
        depthwiseNorm = BatchNorm2d(hidden);
        project = Conv2d(hidden, filters, 1, bias: false);
        projectNorm = BatchNorm2d(filters);
        _hasShortcut = stride == 1 && inputs == filters;
        RegisterComponents();
    }

    /// <summary>Runs the block.</summary>
    /// <param name="input"><c>[N, inputs, H, W]</c>.</param>
    /// <returns><c>[N, filters, H/stride, W/stride]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        var x = expand is null ? input : functional.relu6(expandNorm!.call(expand.call(input)));
        x = functional.relu6(depthwiseNorm.call(depthwise.call(x)));
        x = projectNorm.call(project.call(x));
        return _hasShortcut ? input + x : x;
    }
}
