using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Parts;

/// <summary>Named layers, parameters and buffers, and a function over them: what a user's own module is.</summary>
internal sealed class Block : Module<Tensor, Tensor>
{
    private readonly Func<Block, Tensor, Tensor> _forward;

    public Block(string name, Func<Block, Tensor, Tensor> forward, params (string Name, Module Layer)[] layers)
        : base(name)
    {
        _forward = forward;
        foreach (var (layerName, layer) in layers)
        {
            register_module(layerName, layer);
        }
    }

    /// <summary>A parameter or buffer.</summary>
    public Tensor this[string name] => get_parameter(name) ?? get_buffer(name) ?? throw new ArgumentException(name, nameof(name));

    public bool IsTraining => training;

    public override Tensor forward(Tensor input) => _forward(this, input);

    public Block With(string name, Tensor value)
    {
        register_parameter(name, Parameter(value));
        return this;
    }

    public Block WithBuffer(string name, Tensor value)
    {
        register_buffer(name, value);
        return this;
    }
}
