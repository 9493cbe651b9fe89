using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;

/// <summary>A user's module of two inputs: one attends to the other.</summary>
internal sealed class Fusion : Module<Tensor, Tensor, Tensor>
{
    private readonly TorchSharp.Modules.Linear _query;
    private readonly TorchSharp.Modules.Linear _key;
    private readonly TorchSharp.Modules.Linear _value;
    private readonly TorchSharp.Modules.LayerNorm _norm;

    public Fusion(int channels)
        : base(nameof(Fusion))
    {
        (_query, _key, _value, _norm) = (Linear(channels, 6), Linear(channels, 6, hasBias: false), Linear(channels, channels), LayerNorm(channels));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input, Tensor other)
    {
        var weights = (_query.call(input).matmul(_key.call(other).transpose(1, 2)) / 2.5).softmax(-1);
        return _norm.call(input + weights.matmul(_value.call(other)));
    }
}
