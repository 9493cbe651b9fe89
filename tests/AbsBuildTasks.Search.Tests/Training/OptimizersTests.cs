using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Training;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Training;

public class OptimizersTests
{
    private static readonly SearchSettings Settings = new() { Budget = new Budget(1), Optimizer = OptimizerKind.Sgd, Momentum = 0.5, WeightDecay = 0.1 };

    [Fact]
    public void Sgd_steps_along_nesterovs_momentum_with_weight_decay()
    {
        using var weight = new Parameter(tensor(new[] { 2f }));
        using var optimizer = Optimizers.Of([weight], Settings, 0.1);
        var (expected, velocity) = (2.0, 0.0);
        for (var step = 0; step < 3; step++)
        {
            optimizer.zero_grad();
            weight.sum().backward();
            _ = optimizer.step();

            var gradient = 1 + (0.1 * expected);
            velocity = (0.5 * velocity) + gradient;
            expected -= 0.1 * (gradient + (0.5 * velocity));
            Assert.Equal(expected, weight.item<float>(), 5);
        }
    }

    [Theory]
    [InlineData(nameof(OptimizerKind.Sgd), 0.0)]
    [InlineData(nameof(OptimizerKind.Adam), 0.9)]
    public void Without_momentum_or_with_adam_a_first_step_is_the_rate_times_the_gradient(string kind, double momentum)
    {
        using var weight = new Parameter(tensor(new[] { 2f }));
        using var optimizer = Optimizers.Of([weight], Settings with { Optimizer = Enum.Parse<OptimizerKind>(kind), Momentum = momentum, WeightDecay = 0 }, 0.1);
        weight.sum().backward();
        _ = optimizer.step();

        Assert.Equal(1.9, weight.item<float>(), 5);
    }

    [Fact]
    public void Intervals_train_at_the_rate_of_adam()
    {
        Assert.Equal(0.005, Optimizers.IntervalRate(Settings, 0.1));
        Assert.Equal(0.1, Optimizers.IntervalRate(Settings with { Optimizer = OptimizerKind.Adam }, 0.1));
    }
}
