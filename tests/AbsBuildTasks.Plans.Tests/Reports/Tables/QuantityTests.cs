using AbsBuildTasks.Plans.Reports.Tables;

namespace AbsBuildTasks.Plans.Tests.Reports.Tables;

public sealed class QuantityTests
{
    [Theory]
    [InlineData(97.2, "97.20", "97.2")]
    [InlineData(100, "100.00", "100")]
    [InlineData(0, "0.00", "0")]
    [InlineData(0.5, "0.50", "0.5")]
    [InlineData(0.0341, "0.034", "0.034")]
    [InlineData(-0.00012, "-0.00012", "-0.00012")]
    [InlineData(-5.12e-8, "-5.1e-8", "-5.1e-8")]
    public void A_metric_is_short_and_never_0_for_what_is_not(double metric, string written, string shorter)
    {
        Assert.Equal(written, Quantity.Metric(metric));
        Assert.Equal(shorter, Quantity.Metric(metric, 0));
    }

    [Theory]
    [InlineData(90.1, 95.3, "+5.20")]
    [InlineData(95.3, 90.1, "-5.20")]
    [InlineData(90.1, 90.1, "0.00")]
    [InlineData(-5e-8, -7e-8, "-2e-8")]
    public void Points_have_a_sign(double before, double after, string written) => Assert.Equal(written, Quantity.Points(before, after));

    [Theory]
    [InlineData(0.21, "0.21")]
    [InlineData(1234.56789, "1234.5679")]
    [InlineData(0.00001234, "1.23e-5")]
    [InlineData(0, "0")]
    public void A_loss_is_not_0_for_what_is_not(double loss, string written) => Assert.Equal(written, Quantity.Number(loss, 4));
}
