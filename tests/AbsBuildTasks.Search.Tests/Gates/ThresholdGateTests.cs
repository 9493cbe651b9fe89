using AbsBuildTasks.Search.Gates;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Gates;

public class ThresholdGateTests
{
    [Fact]
    public void A_gate_is_exactly_one_above_its_threshold_and_exactly_zero_at_or_below_it()
    {
        using var scope = NewDisposeScope();
        var gates = ThresholdGate.Open(tensor([0.1f, 0.2f, 0.200001f, 7f]), tensor(0.2f));

        Assert.Equal([0f, 0f, 1f, 1f], gates.data<float>().ToArray());
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.2)]
    [InlineData(0.31)]
    [InlineData(0.9)]
    public void Its_gradient_is_the_derivative_of_the_sigmoid(double threshold)
    {
        using var scope = NewDisposeScope();
        var measure = tensor(0.3, dtype: ScalarType.Float64).requires_grad_();
        var alpha = tensor(threshold, dtype: ScalarType.Float64).requires_grad_();
        ThresholdGate.Open(measure, alpha).backward();

        static double Sigmoid(double value) => 1 / (1 + Math.Exp(-ThresholdGate.Steepness * value));
        const double H = 1e-5;
        var expected = (Sigmoid(0.3 - threshold + H) - Sigmoid(0.3 - threshold - H)) / (2 * H);
        Assert.Equal(expected, measure.grad!.item<double>(), 6);
        Assert.Equal(-expected, alpha.grad!.item<double>(), 6);
        Assert.Equal(expected, ThresholdGate.Slope(measure.detach(), alpha.detach()).item<double>(), 6);
    }
}
