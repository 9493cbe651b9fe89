using AbsBuildTasks.Search.Gates;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Gates;

public class ThresholdGatesTests
{
    [Fact]
    public void A_gate_is_open_above_its_threshold_and_closed_at_or_below_it()
    {
        var gates = new ThresholdGates(3, shared: true, initialShare: 0.5);
        gates.Parameters[0].Value = 0.2;
        var open = new bool[3];
        gates.Choose([0.1, 0.2, 0.200001], training: true, open);

        Assert.Equal([false, false, true], open);
    }

    [Fact]
    public void Thresholds_start_at_a_share_of_their_measures_or_of_the_smallest()
    {
        var (own, shared) = (new ThresholdGates(2, shared: false, 0.5), new ThresholdGates(2, shared: true, 0.5));
        own.Start([0.4, 0.2]);
        shared.Start([0.4, 0.2]);

        Assert.Equal([0.2, 0.1], own.Parameters.Select(threshold => threshold.Value));
        Assert.Equal([0.1], shared.Parameters.Select(threshold => threshold.Value));
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.2)]
    [InlineData(0.31)]
    [InlineData(0.9)]
    public void A_gates_gradient_goes_through_the_slope_of_the_sigmoid(double threshold)
    {
        static double Sigmoid(double value) => 1 / (1 + Math.Exp(-ThresholdGates.Steepness * value));
        const double H = 1e-5;
        var slope = (Sigmoid(0.3 - threshold + H) - Sigmoid(0.3 - threshold - H)) / (2 * H);
        var gates = new ThresholdGates(1, shared: false, 0.5);
        gates.Parameters[0].Value = threshold;

        Assert.Equal(7 * slope, gates.Collect(0, 0.3, gradient: 7), 5);
        Assert.Equal(-7 * slope, gates.Parameters[0].Gradient, 5);
    }
}
