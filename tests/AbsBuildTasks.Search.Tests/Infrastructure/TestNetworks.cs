using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Infrastructure;

/// <summary>A network made of a function over named layers.</summary>
internal sealed class FunctionNetwork : Module<Tensor, Tensor>
{
    private readonly Func<Tensor, Tensor> _forward;

    public FunctionNetwork(Func<Tensor, Tensor> forward, params (string Name, Module Layer)[] layers)
        : base(nameof(FunctionNetwork))
    {
        _forward = forward;
        foreach (var (name, layer) in layers)
        {
            register_module(name, layer);
        }
    }

    public override Tensor forward(Tensor input) => _forward(input);
}

internal static class TestNetworks
{
    /// <summary>conv1 – norm – relu – conv2 (bias) – relu – pool – fc1 – relu – fc2, for inputs [N, 3, 8, 8].</summary>
    public static FunctionNetwork Chain()
    {
        _ = manual_seed(5);
        var conv1 = Conv2d(3, 6, 3, padding: 1, bias: false);
        var norm = BatchNorm2d(6);
        var conv2 = Conv2d(6, 10, 3, padding: 1);
        var fc1 = Linear(10 * 2 * 2, 12);
        var fc2 = Linear(12, 4);
        return new FunctionNetwork(
            x =>
            {
                x = functional.relu(norm.call(conv1.call(x)));
                x = functional.max_pool2d(functional.relu(conv2.call(x)), 4);
                return fc2.call(functional.relu(fc1.call(x.flatten(1))));
            },
            ("conv1", conv1),
            ("norm", norm),
            ("conv2", conv2),
            ("fc1", fc1),
            ("fc2", fc2));
    }
}
