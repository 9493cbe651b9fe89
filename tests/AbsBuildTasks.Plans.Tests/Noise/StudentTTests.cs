using AbsBuildTasks.Plans.Noise;

namespace AbsBuildTasks.Plans.Tests.Noise;

public class StudentTTests
{
    /// <summary>Values of printed tables.</summary>
    [Theory]
    [InlineData(0.975, 1, 12.7062)]
    [InlineData(0.99, 2, 6.9646)]
    [InlineData(0.95, 3, 2.3534)]
    [InlineData(0.99, 4, 3.7469)]
    [InlineData(0.995, 4, 4.6041)]
    [InlineData(0.995, 9, 3.2498)]
    [InlineData(0.99, 10, 2.7638)]
    [InlineData(0.975, 30, 2.0423)]
    [InlineData(0.975, 99, 1.9842)]
    [InlineData(0.5, 7, 0)]
    public void Quantiles_are_those_of_tables(double share, int degrees, double quantile) =>
        Assert.Equal(quantile, StudentT.Quantile(share, degrees), 4);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(50)]
    public void Shares_and_quantiles_undo_each_other(int degrees) =>
        Assert.All([0.6, 0.9, 0.999, 0.9999], share => Assert.Equal(share, StudentT.Share(StudentT.Quantile(share, degrees), degrees), 10));

    /// <summary>With one degree it is Cauchy's distribution, with two it has a closed form.</summary>
    [Theory]
    [InlineData(0.3)]
    [InlineData(1)]
    [InlineData(4.5)]
    public void Shares_are_those_of_closed_forms(double t)
    {
        Assert.Equal(0.5 + (Math.Atan(t) / Math.PI), StudentT.Share(t, 1), 12);
        Assert.Equal(0.5 + (t / (2 * Math.Sqrt(2 + (t * t)))), StudentT.Share(t, 2), 12);
    }
}
