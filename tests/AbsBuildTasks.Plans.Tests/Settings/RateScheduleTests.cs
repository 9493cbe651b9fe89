using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using FsCheck;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Settings;

public class RateScheduleTests
{
    [Theory]
    [InlineData("Cosine", "cosine")]
    [InlineData("constant", "constant")]
    [InlineData(" steps: 80, 120 ", "steps:80,120")]
    public void A_schedule_reads_back(string text, string written)
    {
        Assert.Equal(written, RateSchedule.Parse(text).ToString());
        Assert.Equal(RateSchedule.Parse(text), RateSchedule.Parse(written));
    }

    [Theory]
    [InlineData("")]
    [InlineData("linear")]
    [InlineData("steps:")]
    [InlineData("steps:0")]
    [InlineData("steps:80,80")]
    [InlineData("steps:80,-90")]
    [InlineData("steps:80;90")]
    public void What_is_no_schedule_is_refused(string text) =>
        Assert.Equal(AbsCodes.InvalidSetting, Assert.Throws<AbsException>(() => RateSchedule.Parse(text)).Code);

    [Fact]
    public void Steps_take_effect_with_the_first_step_of_the_epoch_after()
    {
        var schedule = RateSchedule.Parse("steps:80,120");
        for (var epoch = 0; epoch < 200; epoch++)
        {
            Assert.Equal(epoch < 80 ? 1 : epoch < 120 ? 0.1 : 0.01, schedule.Factor(epoch / 200.0, 200), 12);
            Assert.Equal(schedule.Factor(epoch / 200.0, 200), schedule.Factor((epoch + 0.999) / 200.0, 200));
        }
    }

    [Property]
    public bool A_rate_never_rises_and_starts_in_full(PositiveInt a, PositiveInt b)
    {
        var (early, late) = (Math.Min(a.Get, b.Get) % 101 / 100.0, Math.Max(a.Get, b.Get) % 101 / 100.0);
        (early, late) = (Math.Min(early, late), Math.Max(early, late));
        return new[] { RateSchedule.Cosine, RateSchedule.Constant, RateSchedule.Parse("steps:2,5") }
            .All(schedule => schedule.Factor(0, 10) == 1 && schedule.Factor(late, 10) <= schedule.Factor(early, 10) && schedule.Factor(late, 10) >= 0);
    }
}
