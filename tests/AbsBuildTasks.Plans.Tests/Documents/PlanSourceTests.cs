using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Documents;

public class PlanSourceTests
{
    private static readonly string Text = PlanJson.Write(SamplePlan.Digits);

    [Theory]
    [InlineData(null, "budget", 5, 3)]
    [InlineData(null, "totals.bops", 8, 5)]
    [InlineData(null, "metric.compressed", 17, 5)]
    [InlineData(null, "layers", 19, 3)]
    [InlineData("conv1", "name", 21, 7)]
    [InlineData("conv2", "weightBits", 37, 7)]
    [InlineData("fc", "keptFilters", 54, 7)]
    public void Each_decision_has_a_place(string? layer, string property, int line, int column)
    {
        Assert.Equal(new(line, column), PlanSource.Read(Text, "p").Find(layer, property));
        Assert.Equal(new(line, column), PlanSource.Read(Text.Replace("\n", "\r\n", StringComparison.Ordinal), "p").Find(layer, property));
    }

    [Fact]
    public void What_the_plan_does_not_hold_stands_where_it_would_be()
    {
        var source = PlanSource.Read(Text, "p");

        Assert.Equal(new(1, 1), source.Find("conv9", "name"));
        Assert.Equal(46, source.Find("fc", "dilation").Line);
    }

    [Fact]
    public void Places_hold_without_line_breaks_and_with_odd_names()
    {
        var plan = SamplePlan.Of("m", SamplePlan.Layer("\"bops\": \n", "\"name\"", 4, 4, 2, "0-1", 1, 1));
        var text = PlanJson.Write(plan).Replace("\n", "", StringComparison.Ordinal);

        var position = PlanSource.Read(text, "p").Find("\"bops\": \n", "bops");

        Assert.Equal(1, position.Line);
        Assert.StartsWith("\"bops\": 16", text[(position.Column - 1)..], StringComparison.Ordinal);
    }
}
