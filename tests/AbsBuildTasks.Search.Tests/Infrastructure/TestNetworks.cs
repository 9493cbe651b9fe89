using Xunit;
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

    public FunctionNetwork With(string name, TorchSharp.Modules.Parameter parameter)
    {
        register_parameter(name, parameter);
        return this;
    }
}

internal static class TestNetworks
{
    /// <summary>conv1 – norm – relu – conv2 (bias) – relu – pool – fc1 – relu – fc2, for inputs [N, 3, 8, 8].</summary>
    public static FunctionNetwork Chain() => Chain(6, 10, 12);

    /// <summary>The same with other numbers of filters.</summary>
    public static FunctionNetwork Chain(int filters1, int filters2, int features)
    {
        _ = manual_seed(5);
        var conv1 = Conv2d(3, filters1, 3, padding: 1, bias: false);
        var norm = BatchNorm2d(filters1);
        var conv2 = Conv2d(filters1, filters2, 3, padding: 1);
        var fc1 = Linear(filters2 * 2 * 2, features);
        var fc2 = Linear(features, 4);
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

    /// <summary>Ten fully connected layers with relu between them, for inputs [N, 6]: too many for a landing to measure every step.</summary>
    /// <param name="scope">What the network runs under; given the network.</param>
    public static FunctionNetwork Deep(Func<Module, IDisposable?>? scope = null)
    {
        _ = manual_seed(5);
        FunctionNetwork? network = null;
        (string Name, TorchSharp.Modules.Linear Layer)[] layers = [.. Enumerable.Range(0, 10).Select(i => ($"fc{i}", Linear(i == 0 ? 6 : 8, i == 9 ? 3 : 8)))];
        return network = new FunctionNetwork(
            x =>
            {
                using var running = scope?.Invoke(network!);
                return layers[1..].Aggregate(layers[0].Layer.call(x), (y, next) => next.Layer.call(functional.relu(y)));
            },
            [.. layers.Select(layer => (layer.Name, (Module)layer.Layer))]);
    }

    /// <summary>conv – relu – mean of each channel – norm – fc, for inputs [N, 3, 8, 8]: the norm sees one value for each example.</summary>
    public static FunctionNetwork Pooled()
    {
        var (conv, norm, fc) = (Conv2d(3, 6, 3), BatchNorm1d(6), Linear(6, 4));
        return new FunctionNetwork(x => fc.call(norm.call(functional.relu(conv.call(x)).mean([2, 3]))), ("conv", conv), ("norm", norm), ("fc", fc));
    }

    /// <summary>What <see cref="Of"/> makes.</summary>
    public static TheoryData<string> Structures => ["residual", "pre-activation", "shared", "depthwise", "grouped", "grouped transposed", "shift", "functional"];

    /// <summary>Networks of other structures, all for inputs [N, 3, 8, 8].</summary>
    public static FunctionNetwork Of(string structure)
    {
        _ = manual_seed(7);
        var (a, b, c) = (Conv2d(3, 8, 3, padding: 1), Conv2d(8, 8, 3, padding: 1, bias: false), Conv2d(8, 6, 3, padding: 1));
        var (norm, head) = (BatchNorm2d(8), Linear(6, 4));
        Module<Tensor, Tensor> grouped = structure switch
        {
            "grouped" => Conv2d(8, 8, 3, padding: 1, groups: 2),
            "grouped transposed" => ConvTranspose2d(8, 8, 3, stride: 2, groups: 2),
            _ => Conv2d(8, 8, 3, padding: 1, groups: 8),
        };
        var shift = new TorchSharp.Modules.Parameter(zeros(1, 8, 1, 1));
        Tensor Head(Tensor x) => head.call(functional.relu(c.call(x)).mean([2, 3]));
        (string, Module)[] layers = [("a", a), ("b", b), ("c", c), ("norm", norm), ("head", head)];
        return structure switch
        {
            "residual" => new FunctionNetwork(
                x =>
                {
                    x = functional.relu(a.call(x));
                    return Head(functional.relu(x + norm.call(b.call(x))));
                },
                layers),
            "pre-activation" => new FunctionNetwork(
                x =>
                {
                    x = a.call(x);
                    return Head(x + b.call(functional.relu(norm.call(x))));
                },
                layers),
            "shared" => new FunctionNetwork(x => Head(functional.relu(norm.call(b.call(functional.relu(b.call(functional.relu(a.call(x)))))))), layers),
            "depthwise" or "grouped" or "grouped transposed" => new FunctionNetwork(
                x => Head(functional.relu(grouped.call(functional.relu(norm.call(b.call(functional.relu(a.call(x)))))))),
                [.. layers, ("grouped", grouped)]),
            "shift" => new FunctionNetwork(x => Head(functional.relu(norm.call(b.call(functional.relu(a.call(x) + shift))))), layers).With("shift", shift),
            "functional" => new FunctionNetwork(x => Head(functional.conv2d(functional.relu(norm.call(b.call(functional.relu(a.call(x))))), eye(8).reshape(8, 8, 1, 1).add(0.1)).relu()), layers),
            _ => throw new ArgumentException(structure, nameof(structure)),
        };
    }
}
