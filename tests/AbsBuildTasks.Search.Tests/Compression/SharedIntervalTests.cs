using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Compression;

/// <summary>Layers that take the same tensor.</summary>
public class SharedIntervalTests
{
    private const int Left = 1;
    private const int Right = 2;

    [Fact]
    public void Where_values_stay_integers_they_have_one_interval_for_it_that_gets_the_gradients_of_both()
    {
        using var scope = NewDisposeScope();
        var input = Input();
        using var apart = Branches(input, quantizesSums: false);
        using var shared = Branches(input, quantizesSums: true);

        Assert.NotSame(apart.Layers[Left].Activations.Interval, apart.Layers[Right].Activations.Interval);
        Assert.Same(shared.Layers[Left].Activations.Interval, shared.Layers[Right].Activations.Interval);
        Assert.NotSame(shared.Layers[0].Activations.Interval, shared.Layers[Left].Activations.Interval);
        Assert.Equal(apart.Intervals.Count() - 1, shared.Intervals.Count());
        Assert.Equal(apart.AddedParameters - 1, shared.AddedParameters);
        Assert.Equal(apart.Layers[Left].Activations.Interval.Value, shared.Layers[Right].Activations.Interval.Value);

        Step(apart, input);
        Step(shared, input);

        var (left, right) = (apart.Layers[Left].Activations.Interval.Gradient, apart.Layers[Right].Activations.Interval.Gradient);
        Assert.NotEqual(0, left);
        Assert.NotEqual(0, right);
        Assert.Equal(left + right, shared.Layers[Left].Activations.Interval.Gradient, 1e-9);
    }

    [Fact]
    public void Of_other_bits_or_of_zeros_they_have_one_each()
    {
        using var scope = NewDisposeScope();
        var settings = Compressed.Everything with { DeployTarget = Whole(quantizesSums: true), Layers = Plans.Settings.LayerRules.Parse("left:*/8") };
        using var others = Compressed.Of(Network(), Input(), settings);
        using var zeros = Branches(TorchSharp.torch.zeros([4, 3, 6, 6]), quantizesSums: true, bias: false);

        Assert.NotSame(others.Layers[Left].Activations.Interval, others.Layers[Right].Activations.Interval);
        Assert.NotSame(zeros.Layers[Left].Activations.Interval, zeros.Layers[Right].Activations.Interval);
    }

    [Fact]
    public void A_state_in_which_they_have_one_each_gives_each_its_own_again()
    {
        using var scope = NewDisposeScope();
        var input = Input();
        using var apart = Branches(input, quantizesSums: false);
        using var shared = Branches(input, quantizesSums: true);
        apart.Layers[Left].Activations.Interval.Value = 2;
        apart.Layers[Right].Activations.Interval.Value = 3;

        var state = new StateCopy(apart.Exchange);
        state.Take();
        state.RestoreTo(shared.Exchange);

        Assert.Equal(2, shared.Layers[Left].Activations.Interval.Value);
        Assert.Equal(3, shared.Layers[Right].Activations.Interval.Value);
    }

    private static Tensor Input()
    {
        _ = manual_seed(3);
        return rand([4, 3, 6, 6]);
    }

    private static Target Whole(bool quantizesSums) => new() { Name = "whole", QuantizesSums = quantizesSums };

    private static CompressedNetwork Branches(Tensor input, bool quantizesSums, bool bias = true) =>
        Compressed.Of(Network(bias), input, Compressed.Everything with { DeployTarget = Whole(quantizesSums) });

    private static FunctionNetwork Network(bool bias = true)
    {
        _ = manual_seed(5);
        var (stem, left, right, head) = (Conv2d(3, 8, 3, bias: bias), Conv2d(8, 4, 3), Conv2d(8, 4, 3), Linear(4, 4));
        return new FunctionNetwork(
            x =>
            {
                x = functional.relu(stem.call(x));
                return head.call((left.call(x) + right.call(x).square()).mean([2, 3]));
            },
            ("stem", stem),
            ("left", left),
            ("right", right),
            ("head", head));
    }

    private static void Step(CompressedNetwork network, Tensor input)
    {
        network.Network.Module.train();
        functional.cross_entropy(network.Run(input), arange(4, ScalarType.Int64)).backward();
        network.CollectGradients();
    }
}
