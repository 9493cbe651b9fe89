using AbsBuildTasks.Search.Tests.Infrastructure;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Small = AbsBuildTasks.Search.Tests.Infrastructure.MistakenModel.Small;

namespace AbsBuildTasks.Search.Tests.Engine;

/// <summary>What model projects write by mistake, and what only looks like it: networks, data, and code of a forward or a loss.</summary>
internal static class MistakenCode
{
    public static Small Disposed()
    {
        using var network = new Small();
        return network;
    }

    public static Func<Module> Same()
    {
        var network = new Small();
        return () => network;
    }

    public static Func<Module> Growing()
    {
        var size = 3;
        return () => Sequential(("first", Linear(6, ++size)), ("last", Linear(size, 3)));
    }

    public static Small Filled(double value)
    {
        using var noGradient = no_grad();
        var network = new Small();
        _ = network.first.weight!.fill_(value);
        return network;
    }

    public static Small Frozen()
    {
        var network = new Small();
        foreach (var parameter in network.parameters())
        {
            parameter.requires_grad = false;
        }

        return network;
    }

    public static ModelData DisposedData()
    {
        using var inputs = rand(32, 6);
        return new(new LabelledData(inputs, zeros(32, ScalarType.Int64)), MistakenModel.Part(16));
    }

    public static ModelData NanTargets()
    {
        var targets = zeros(32, 3);
        targets[7, 1] = float.NaN;
        return new(new LabelledData(rand(32, 6), targets), new LabelledData(rand(16, 6), zeros(16, 3)));
    }

    public static ModelData GradientsOff()
    {
        _ = set_grad_enabled(false);
        return new(MistakenModel.Part(32), MistakenModel.Part(16));
    }

    public static Tensor GradientsOff(Small network, Tensor x)
    {
        var output = network.Plain(x);
        _ = set_grad_enabled(false);
        return output;
    }

    public static Tensor WithoutGradient(Small network, Tensor x)
    {
        using var noGradient = no_grad();
        return network.Plain(x);
    }

    public static Tensor DisposedOutput(Small network, Tensor x)
    {
        using var output = network.Plain(x);
        return output;
    }

    public static Tensor InPlace(Small network, Tensor x)
    {
        var hidden = network.first.call(x).sigmoid();
        var square = hidden * hidden;
        _ = hidden.add_(1);
        return network.last.call(square + hidden);
    }

    public static Func<Tensor, Tensor, Tensor> Keeping()
    {
        Tensor? kept = null;
        return (output, target) =>
        {
            var loss = functional.cross_entropy(output, target);
            loss = kept is null ? loss : loss + kept;
            kept = (loss * 0.5).DetachFromDisposeScope();
            return loss;
        };
    }

    public static Func<Small, Tensor, Tensor> Counting()
    {
        var calls = 0;
        return (network, x) => network.Plain(x) + ++calls;
    }

    public static Func<Small, Tensor, Tensor> Switched(bool train) => (network, x) =>
    {
        network.train(train);
        return network.Plain(x);
    };

    public static Tensor Forces(Small network, Tensor x)
    {
        using var gradient = enable_grad();
        return PlainForces(network, x);
    }

    public static Tensor ForcesInEvaluation(Small network, Tensor x) => network.training ? network.Plain(x) : Forces(network, x);

    public static Tensor PlainForces(Small network, Tensor x)
    {
        var leaf = x.detach().requires_grad_(true);
        var energy = network.Plain(leaf).sum();
        return autograd.grad([energy], [leaf], retain_graph: true, create_graph: true)[0].narrow(1, 0, 3);
    }

    public static Tensor Backward(Tensor output, Tensor target)
    {
        var loss = functional.cross_entropy(output, target);
        loss.backward(retain_graph: true);
        return loss;
    }

    public static Tensor Clipped(Small network, Tensor input)
    {
        using (no_grad())
        {
            _ = network.training ? network.parameters().First().mul_(0.9) : null;
        }

        return network.Plain(input);
    }
}
