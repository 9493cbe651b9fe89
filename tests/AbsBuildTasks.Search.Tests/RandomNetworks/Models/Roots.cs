using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Models;

/// <summary>A network of two inputs.</summary>
internal sealed class PairNetwork : Module<Tensor, Tensor, Tensor>
{
    private readonly Func<Tensor, Tensor, Tensor> _forward;

    public PairNetwork(Func<Tensor, Tensor, Tensor> forward, params (string Name, Module Layer)[] layers)
        : base(nameof(PairNetwork))
    {
        _forward = forward;
        foreach (var (name, layer) in layers)
        {
            register_module(name, layer);
        }
    }

    public override Tensor forward(Tensor first, Tensor second) => _forward(first, second);
}

/// <summary>A network of two outputs.</summary>
internal sealed class TupleNetwork : Module<Tensor, (Tensor, Tensor)>
{
    private readonly Func<Tensor, (Tensor, Tensor)> _forward;

    public TupleNetwork(Func<Tensor, (Tensor, Tensor)> forward, params (string Name, Module Layer)[] layers)
        : base(nameof(TupleNetwork))
    {
        _forward = forward;
        foreach (var (name, layer) in layers)
        {
            register_module(name, layer);
        }
    }

    public override (Tensor, Tensor) forward(Tensor input) => _forward(input);
}

/// <summary>A network of two outputs by name.</summary>
internal sealed class DictionaryNetwork : Module<Tensor, Dictionary<string, Tensor>>
{
    private readonly Func<Tensor, (Tensor, Tensor)> _forward;

    public DictionaryNetwork(Func<Tensor, (Tensor, Tensor)> forward, params (string Name, Module Layer)[] layers)
        : base(nameof(DictionaryNetwork))
    {
        _forward = forward;
        foreach (var (name, layer) in layers)
        {
            register_module(name, layer);
        }
    }

    public override Dictionary<string, Tensor> forward(Tensor input)
    {
        var (one, two) = _forward(input);
        return new Dictionary<string, Tensor> { ["one"] = one, ["two"] = two };
    }
}
