using AbsBuildTasks.Search.Gates;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Gates;

public class LogitGatesTests
{
    [Fact]
    public void Gates_start_open_where_chance_has_no_part()
    {
        var gates = new LogitGates(3);
        gates.Start([0, 0, 0]);

        Assert.Equal([true, true, true], Choose(gates, training: false));
    }

    [Theory]
    [InlineData(-0.2)]
    [InlineData(0)]
    [InlineData(0.1)]
    public void In_training_gates_open_as_often_as_the_logit_says(double value)
    {
        _ = manual_seed(1);
        var gates = new LogitGates(4000);
        foreach (var logit in gates.Parameters)
        {
            logit.Value = value;
        }

        // Four deviations of a share of 4,000.
        Assert.Equal(Probability(value), Choose(gates, training: true).Count(open => open) / 4000.0, 0.032);
        Assert.All(Choose(gates, training: false), open => Assert.Equal(value > 0, open));
    }

    [Theory]
    [InlineData(-0.3)]
    [InlineData(0.05)]
    [InlineData(0.4)]
    public void A_gates_gradient_goes_through_the_slope_of_its_probability_and_not_to_the_measure(double value)
    {
        const double H = 1e-5;
        var gates = new LogitGates(1);
        gates.Parameters[0].Value = value;

        Assert.Equal(0, gates.Collect(0, 0.3, gradient: 7));
        Assert.Equal(7 * (Probability(value + H) - Probability(value - H)) / (2 * H), gates.Parameters[0].Gradient, 5);
    }

    [Fact]
    public void Logits_do_not_run_away_to_where_chance_ends()
    {
        var gates = new LogitGates(2);
        (gates.Parameters[0].Value, gates.Parameters[1].Value) = (1e6, -1e6);
        gates.Limit(1);

        Assert.InRange(Probability(gates.Parameters[0].Value), 0.99, 0.999);
        Assert.InRange(Probability(gates.Parameters[1].Value), 0.001, 0.01);
    }

    private static double Probability(double value) => 1 / (1 + Math.Exp(-10 * value));

    private static bool[] Choose(LogitGates gates, bool training)
    {
        var open = new bool[gates.Parameters.Count];
        gates.Choose(new double[open.Length], training, open);
        return open;
    }
}
