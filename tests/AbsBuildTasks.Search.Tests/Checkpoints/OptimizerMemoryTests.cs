using AbsBuildTasks.Search.Checkpoints;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Checkpoints;

public class OptimizerMemoryTests
{
    public static TheoryData<string> Optimizers => ["adam", "adam amsgrad", "adamw", "sgd", "nesterov", "rmsprop"];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void An_optimizer_goes_on_as_if_it_had_never_stopped(string name)
    {
        using var scope = NewDisposeScope();
        var parameters = Parameters(i => ones(i == 0 ? [3, 2] : [4]));
        using var optimizer = Make(name, parameters);
        Steps(optimizer, parameters, first: 0, count: 3);
        var content = Save(optimizer);
        var resumed = Parameters(i => parameters[i].detach().clone());
        Steps(optimizer, parameters, first: 3, count: 3);

        using var other = Make(name, resumed);
        using var state = new StateStream(new MemoryStream(content), content.Length);
        OptimizerMemory.Exchange(state, other);
        state.End();
        Steps(other, resumed, first: 3, count: 3);

        Assert.All(parameters.Zip(resumed), pair => Assert.True(pair.First.equal(pair.Second).all().item<bool>()));

        // Only plain descent remembers nothing.
        using var forgetful = Make(name, resumed);
        Assert.Equal(name == "sgd", content.SequenceEqual(Save(forgetful)));
    }

    [Fact]
    public void Momentum_that_was_not_there_yet_goes()
    {
        using var scope = NewDisposeScope();
        var parameters = Parameters(_ => ones(2));
        using var fresh = Make("nesterov", parameters);
        var content = Save(fresh);
        using var used = Make("nesterov", parameters);
        Steps(used, parameters, first: 0, count: 1);

        using var state = new StateStream(new MemoryStream(content), content.Length);
        OptimizerMemory.Exchange(state, used);

        Assert.Equal(content, Save(used));
    }

    [Fact]
    public void Another_optimizers_memory_is_refused()
    {
        using var scope = NewDisposeScope();
        var parameters = Parameters(_ => ones(2));
        using var adam = Make("adam", parameters);
        using var nesterov = Make("nesterov", parameters);
        var content = Save(nesterov);
        using var state = new StateStream(new MemoryStream(content), content.Length);

        Assert.Throws<CheckpointException>(() => OptimizerMemory.Exchange(state, adam));
    }

    private static Parameter[] Parameters(Func<int, Tensor> value) => [new(value(0)), new(value(1))];

    private static optim.Optimizer Make(string name, Parameter[] parameters) => name switch
    {
        "adam" => optim.Adam(parameters, 0.1),
        "adam amsgrad" => optim.Adam(parameters, 0.1, amsgrad: true),
        "adamw" => optim.AdamW(parameters, 0.1),
        "sgd" => optim.SGD(parameters, 0.1),
        "nesterov" => optim.SGD(parameters, 0.1, momentum: 0.9, nesterov: true),
        _ => optim.RMSProp(parameters, 0.1, momentum: 0.5),
    };

    private static void Steps(optim.Optimizer optimizer, Parameter[] parameters, int first, int count)
    {
        for (var step = first; step < first + count; step++)
        {
            foreach (var parameter in parameters)
            {
                parameter.grad = full_like(parameter, (step * 0.7) - 1).detach();
            }

            _ = optimizer.step();
        }
    }

    private static byte[] Save(optim.Optimizer optimizer)
    {
        using var stream = new MemoryStream();
        OptimizerMemory.Exchange(new StateStream(stream), optimizer);
        return stream.ToArray();
    }
}
