using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Tests.Reports.Tables;

public class PlanTableTests
{
    [Fact]
    public void A_plan_is_a_table_with_its_gains_below() => Assert.Equal(
        """
        layer  kind    weights  activations  filters   BOPs
        conv1  Conv2d    8 bit        8 bit      6/6  50.0%
        conv2  Conv2d    4 bit        4 bit    14/16  25.0%
        fc     Linear    8 bit        8 bit    10/10  25.0%

        top-1  92.50 -> 91.75    -0.75 points
        BOPs   4.1 M -> 128.0 k  3.125% of full precision (bops=5%)
        size   1.0 KB -> 0.2 KB  5.0 times smaller
        """.ReplaceLineEndings("\n"),
        PlanTable.Write(SamplePlan.Digits));

    [Fact]
    public void Names_of_any_length_and_content_keep_the_table_together()
    {
        var plan = SamplePlan.Of(
            "m",
            SamplePlan.Layer(new string('x', 500), new string('k', 500), 8, 8, 1, "0", 1, 1),
            SamplePlan.Layer("evil\n\u001b[2Jrow", "Conv2d", 8, 8, 1, "0", 1, 1));

        var lines = PlanTable.Write(plan).Split('\n');

        Assert.Equal(7, lines.Length);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 100));
        Assert.Contains(@"evil\u000A\u001B[2Jrow", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_that_costs_nothing_has_no_shares()
    {
        var plan = SamplePlan.Of("m", SamplePlan.Layer("a", "Linear", 8, 8, 1, "0", 0, 0));

        var table = PlanTable.Write(plan);

        Assert.Contains("    1/1     -\n", table, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", table, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(999, "999")]
    [InlineData(1_500, "1.5 k")]
    [InlineData(4_369_400_000, "4,369.4 M")]
    [InlineData(1_857_600_000_000, "1,857.6 G")]
    public void Operations_read_in_their_usual_unit(long count, string text) => Assert.Equal(text, ShortCount.Operations(count));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(99, "99 B")]
    [InlineData(100, "0.1 KB")]
    [InlineData(2_000_000, "1,953.1 KB")]
    public void Bytes_are_never_called_none_where_there_are_some(long count, string text) => Assert.Equal(text, ShortCount.Bytes(count));
}
