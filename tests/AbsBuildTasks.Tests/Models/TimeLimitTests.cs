using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Tests.Models;

public sealed class TimeLimitTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("30m", 1800)]
    [InlineData("2H", 7200)]
    [InlineData("1.5d", 129600)]
    [InlineData("0.5s", 0.5)]
    public void A_time_has_a_number_and_a_unit(string text, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), TimeLimit.Read("AbsStopAfter", text));

    [Fact]
    public void Nothing_is_no_limit() => Assert.Null(TimeLimit.Read("AbsStopAfter", ""));

    [Theory]
    [InlineData("2")]
    [InlineData("h")]
    [InlineData("0h")]
    [InlineData("-1h")]
    [InlineData("1,5h")]
    [InlineData("2 weeks")]
    [InlineData("366d")]
    [InlineData("99999999999999999999999999999999d")]
    public void All_else_is_refused(string text)
    {
        var error = Assert.Throws<AbsException>(() => TimeLimit.Read("AbsStopAfter", text));

        Assert.Equal(AbsCodes.InvalidSetting, error.Code);
        Assert.Equal($"AbsStopAfter=\"{text}\" cannot be read; write a time such as 90s, 30m, 2h or 1.5d.", error.Message);
    }
}
