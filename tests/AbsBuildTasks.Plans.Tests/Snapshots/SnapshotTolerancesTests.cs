using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Snapshots;

namespace AbsBuildTasks.Plans.Tests.Snapshots;

public class SnapshotTolerancesTests
{
    [Theory]
    [InlineData("metric=1;bops=5%;size=20%;bits=4;filters=25%")]
    [InlineData(" Metric = 1 ; BOPS = 5 % ;\n size=20%;; bits=4; filters=25.0% ;")]
    public void Each_tolerance_is_read(string text) => Assert.Equal(
        new SnapshotTolerances { Metric = 1, Bops = 0.05, Size = 0.2, Bits = 4, Filters = 0.25 },
        SnapshotTolerances.Parse(text));

    [Fact]
    public void What_is_left_out_is_zero()
    {
        Assert.Equal(SnapshotTolerances.None, SnapshotTolerances.Parse(""));
        Assert.Equal(SnapshotTolerances.None with { Metric = 0.5 }, SnapshotTolerances.Parse("metric=0.5"));
    }

    [Theory]
    [InlineData("metric", "'metric' is not of the form name=value")]
    [InlineData("metric=1=2", "'metric=1=2' is not of the form name=value")]
    [InlineData("metric=1;METRIC=2", "'METRIC' is given twice")]
    [InlineData("speed=1", "'speed' is not one of metric, bops, size, bits, filters")]
    [InlineData("metric=-1", "'-1' is not a number of at least 0")]
    [InlineData("metric=1%", "'1%' is not a number of at least 0")]
    [InlineData("metric=1,5", "'1,5' is not a number of at least 0")]
    [InlineData("metric=NaN", "'NaN' is not a number of at least 0")]
    [InlineData("bops=5", "'5' is not a percentage")]
    [InlineData("bops=5%%", "'5%' is not a number of at least 0")]
    [InlineData("size=%", "'' is not a number of at least 0")]
    [InlineData("bits=0.5", "'0.5' is not a whole number of bits, 0 to 32")]
    [InlineData("bits=33", "'33' is not a whole number of bits, 0 to 32")]
    public void What_cannot_be_read_is_refused(string text, string problem)
    {
        var error = Assert.Throws<AbsException>(() => SnapshotTolerances.Parse(text));

        Assert.Equal(AbsCodes.InvalidSetting, error.Code);
        Assert.Equal($"Tolerances \"{text}\": {problem}; write for example \"metric=1;bops=5%;size=20%;bits=4;filters=25%\".", error.Message);
    }
}
