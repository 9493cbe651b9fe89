using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Tracing.Tests.Infrastructure;

/// <summary>A network made of a function over named layers.</summary>
internal sealed class FunctionNetwork : Module<Tensor, Tensor>
{
    private readonly Func<Tensor, Tensor> _forward;

    public FunctionNetwork(Func<Tensor, Tensor> forward, params Module[] layers)
        : base(nameof(FunctionNetwork))
    {
        _forward = forward;
        for (var i = 0; i < layers.Length; i++)
        {
            register_module($"layer{i}", layers[i]);
        }
    }

    public override Tensor forward(Tensor input) => _forward(input);
}
