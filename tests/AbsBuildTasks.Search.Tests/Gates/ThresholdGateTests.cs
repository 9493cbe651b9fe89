using AbsBuildTasks.Search.Gates;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Gates;

public class ThresholdGateTests
{
    [Fact]
    public void A_gate_is_open_above_its_threshold_and_closed_at_or_below_it()
    {
        Assert.False(ThresholdGate.IsOpen(0.1, 0.2));
        Assert.False(ThresholdGate.IsOpen(0.2, 0.2));
        Assert.True(ThresholdGate.IsOpen(0.200001, 0.2));
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.2)]
    [InlineData(0.31)]
    [InlineData(0.9)]
    public void Its_slope_is_the_derivative_of_the_sigmoid(double threshold)
    {
        static double Sigmoid(double value) => 1 / (1 + Math.Exp(-ThresholdGate.Steepness * value));
        const double H = 1e-5;
        var expected = (Sigmoid(0.3 - threshold + H) - Sigmoid(0.3 - threshold - H)) / (2 * H);

        Assert.Equal(expected, ThresholdGate.Slope(0.3, threshold), 6);
    }
}
