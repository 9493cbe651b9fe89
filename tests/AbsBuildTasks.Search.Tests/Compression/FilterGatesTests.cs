using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Tests.Infrastructure;
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
        var gates = Gates([1, 2, 3, 4], groupSize: 1);
        gates.Gates!.Parameters[0].Value = 0.9;
        gates.Measure(training: true);

        // Relative to the mean of 2.5: 0.4, 0.8, 1.2, 1.6.
        Assert.Equal([0.4f, 0.8f, 1.2f, 1.6f], gates.Norms().Select(norm => MathF.Round((float)norm, 5)));
        Assert.Equal([false, false, true, true], gates.Kept);
    }

    [Fact]
    public void Filters_of_a_group_go_together_and_the_last_group_may_be_smaller()
    {
        using var scope = NewDisposeScope();
        var gates = Gates([1, 4, 1, 1, 9], groupSize: 2);
        gates.Gates!.Parameters[0].Value = 0.5;
        gates.Measure(training: true);

        Assert.Equal(3, gates.Groups);
        Assert.Equal([true, true, false, false, true], gates.Kept);
    }

    [Fact]
    public void However_high_the_threshold_an_eighth_of_the_groups_stays()
    {
        using var scope = NewDisposeScope();
        var gates = Gates([.. Enumerable.Range(1, 16)], groupSize: 1);
        gates.Gates!.Parameters[0].Value = 1e6;
        gates.Measure(training: true);

        Assert.Equal(2, gates.LeastGroups);
        Assert.Equal([14, 15], Enumerable.Range(0, 16).Where(filter => gates.Kept[filter]));
    }

    [Fact]
    public void A_threshold_does_not_run_away_beyond_the_floor()
    {
        using var scope = NewDisposeScope();
        var gates = Gates([1, 2, 3, 4], groupSize: 1);
        gates.Gates!.Parameters[0].Value = 1e6;
        gates.Measure(training: true);

        Assert.Equal(1.6, gates.Gates!.Parameters[0].Value, 5);
    }

    [Fact]
    public void A_layer_of_zeros_keeps_a_filter()
    {
        using var scope = NewDisposeScope();
        var gates = Gates([0, 0, 0], groupSize: 1);
        gates.Calibrate();
        gates.Measure(training: true);

        Assert.Contains(true, gates.Kept);
    }

    [Fact]
    public void Calibration_keeps_every_filter()
    {
        using var scope = NewDisposeScope();
        var gates = Gates([1, 20, 30, 40], groupSize: 1);
        gates.Calibrate();

        Assert.Equal([true, true, true, true], gates.Kept);
        Assert.True(gates.Gates!.Parameters[0].Value > 0);
    }

    private static FilterGates Gates(int[] norms, int groupSize)
    {
        var layer = Linear(1, norms.Length, hasBias: false);
        using (no_grad())
        {
            layer.weight!.copy_(tensor(norms.Select(norm => (float)norm).ToArray()).reshape(-1, 1));
        }

        var probe = Traced.Probe(Sequential(layer), rand([2, 1]));
        return new FilterGates(probe.Layers[0], groupSize, canPrune: true);
    }
}
