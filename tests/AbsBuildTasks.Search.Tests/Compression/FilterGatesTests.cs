using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Structure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Compression;

public class FilterGatesTests
{
    [Fact]
    public void Filters_stay_while_their_relative_norm_exceeds_the_threshold()
    {
        using var scope = NewDisposeScope();
        using var gates = Gates([1, 2, 3, 4], groupSize: 1);
        gates.Threshold!.fill(0.9);

        // Relative to the mean of 2.5: 0.4, 0.8, 1.2, 1.6.
        Assert.Equal([0.4f, 0.8f, 1.2f, 1.6f], gates.Norms().detach().data<float>().ToArray().Select(norm => MathF.Round(norm, 5)));
        Assert.Equal([false, false, true, true], gates.Kept());
    }

    [Fact]
    public void Filters_of_a_group_go_together_and_the_last_group_may_be_smaller()
    {
        using var scope = NewDisposeScope();
        using var gates = Gates([1, 4, 1, 1, 9], groupSize: 2);
        gates.Threshold!.fill(0.5);

        Assert.Equal(3, gates.Groups);
        Assert.Equal([true, true, false, false, true], gates.Kept());
    }

    [Fact]
    public void However_high_the_threshold_an_eighth_of_the_groups_stays()
    {
        using var scope = NewDisposeScope();
        using var gates = Gates([.. Enumerable.Range(1, 16)], groupSize: 1);
        gates.Threshold!.fill(1e6);

        Assert.Equal(2, gates.LeastGroups);
        Assert.Equal([14, 15], Enumerable.Range(0, 16).Where(filter => gates.Kept()[filter]));
    }

    [Fact]
    public void Calibration_keeps_every_filter()
    {
        using var scope = NewDisposeScope();
        using var gates = Gates([1, 20, 30, 40], groupSize: 1);
        gates.Calibrate();

        Assert.Equal([true, true, true, true], gates.Kept());
        Assert.True(gates.Threshold!.item<float>() > 0);
    }

    private static FilterGates Gates(int[] norms, int groupSize)
    {
        var layer = Linear(1, norms.Length, hasBias: false);
        using (no_grad())
        {
            layer.weight!.copy_(tensor(norms.Select(norm => (float)norm).ToArray()).reshape(-1, 1));
        }

        var probe = NetworkProbe.Run(Sequential(layer), rand([2, 1]));
        return new FilterGates(probe.Layers[0], groupSize, canPrune: true);
    }
}

file static class ParameterFilling
{
    public static void fill(this Tensor parameter, double value)
    {
        using var noGradient = no_grad();
        parameter.fill_(value);
    }
}
