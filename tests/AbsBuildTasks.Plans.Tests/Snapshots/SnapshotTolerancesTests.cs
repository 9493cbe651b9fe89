using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Snapshots;

namespace AbsBuildTasks.Plans.Tests.Snapshots;

public class SnapshotTolerancesTests
{
    [Theory]
    [InlineData("metric=1;bops=5%;size=20%;bits=4;filters=25%")]
    [InlineData(" Metric = 1 ; BOPS = 5 % ;\n size=20%;; bits=4; filters=25.0% ;")]
    public void Each_tolerance_is_read(string text) => Assert.Equal(
        new SnapshotTolerances { Metric = new(1, false), Bops = new(0.05, true), Size = new(0.2, true), Bits = 4, Filters = new(0.25, true) },
        SnapshotTolerances.Parse(text));

    [Fact]
    public void Each_is_absolute_or_relative_where_that_makes_sense() => Assert.Equal(
        new SnapshotTolerances { Metric = new(0.02, true), Bops = new(0.001, false), Size = new(1536, false), Filters = new(3, false) },
        SnapshotTolerances.Parse("metric=2%;bops=0.1pt;size=1.5KB;filters=3"));

    [Fact]
    public void What_is_left_out_is_zero()
    {
        Assert.Equal(SnapshotTolerances.None, SnapshotTolerances.Parse(""));
        Assert.Equal(SnapshotTolerances.None with { Metric = new(0.5, false) }, SnapshotTolerances.Parse("metric=0.5"));
    }

    [Theory]
    [InlineData("metric", "'metric' is not of the form name=value")]
    [InlineData("metric=1=2", "'metric=1=2' is not of the form name=value")]
    [InlineData("metric=1;METRIC=2", "'METRIC' is given twice")]
    [InlineData("speed=1", "'speed' is not one of metric, metric:NAME, bops, size, latency, bits, filters")]
    [InlineData("metric=-1", "'-1' is not a number of at least 0")]
    [InlineData("metric=-1%", "'-1' is not a number of at least 0")]
    [InlineData("metric=1,5", "'1,5' is not a number of at least 0")]
    [InlineData("metric=NaN", "'NaN' is not a number of at least 0")]
    [InlineData("bops=5", "'5' is neither a percentage nor points of full precision, such as 0.1pt")]
    [InlineData("bops=5%%", "'5%' is not a number of at least 0")]
    [InlineData("size=%", "'' is not a number of at least 0")]
    [InlineData("size=2", "'2' is neither a percentage nor a size, such as 2KB")]
    [InlineData("size=-2KB", "'-2KB' is neither a percentage nor a size, such as 2KB")]
    [InlineData("filters=0.5", "'0.5' is not a whole number of filters, 0 to 2147483647")]
    [InlineData("bits=50%", "'50%' is not a whole number of bits, 0 to 32")]
    [InlineData("bits=0.5", "'0.5' is not a whole number of bits, 0 to 32")]
    [InlineData("bits=33", "'33' is not a whole number of bits, 0 to 32")]
    public void What_cannot_be_read_is_refused(string text, string problem)
    {
        var error = Assert.Throws<AbsException>(() => SnapshotTolerances.Parse(text));

        Assert.Equal(AbsCodes.InvalidSetting, error.Code);
        Assert.Equal($"Tolerances \"{text}\": {problem}; write for example \"metric=1;bops=5%;size=20%;bits=4;filters=25%\".", error.Message);
    }

    [Fact]
    public void A_metric_of_a_name_that_writes_lines_or_much_is_refused()
    {
        Assert.Contains(@"has control characters", Assert.Throws<AbsException>(() => SnapshotTolerances.Parse("metric:x\n\nAccepted by Ada=1")).Message, StringComparison.Ordinal);
        Assert.Contains("more than 80 characters", Assert.Throws<AbsException>(() => SnapshotTolerances.Parse($"metric:{new string('x', 81)}=1")).Message, StringComparison.Ordinal);
        Assert.Equal([new('x', 80)], SnapshotTolerances.Parse($"metric:{new string('x', 80)}=1").Further.Keys);
    }
}
