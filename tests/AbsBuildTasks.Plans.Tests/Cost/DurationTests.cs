using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Text;
using FsCheck;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Cost;

public class DurationTests
{
    [Property]
    public bool A_time_reads_back_from_its_text(PositiveInt small, PositiveInt large)
    {
        foreach (var nanoseconds in new[] { small.Get, small.Get * 1000L, (long)small.Get * large.Get, 1_500_000_000L * small.Get })
        {
            if (Duration.TryParse(Duration.Write(nanoseconds)) != nanoseconds)
            {
                return false;
            }
        }

        return true;
    }

    [Theory]
    [InlineData("2ms", 2_000_000, "2ms")]
    [InlineData(" 1.5 S ", 1_500_000_000, "1.5s")]
    [InlineData("800us", 800_000, "800us")]
    [InlineData("0.8ms", 800_000, "800us")]
    [InlineData("12µs", 12_000, "12us")]
    [InlineData("1234567ns", 1_234_567, "1234.567us")]
    [InlineData("900ns", 900, "900ns")]
    public void Times_have_one_spelling(string text, long nanoseconds, string canonical)
    {
        Assert.Equal(nanoseconds, Duration.TryParse(text));
        Assert.Equal(canonical, Duration.Write(nanoseconds));
    }

    [Theory]
    [InlineData("2")]
    [InlineData("ms")]
    [InlineData("-2ms")]
    [InlineData("2m")]
    [InlineData("2,5ms")]
    [InlineData("99999999999999999999s")]
    public void Other_texts_are_no_times(string text) => Assert.Null(Duration.TryParse(text));

    [Theory]
    [InlineData(999, "999 ns")]
    [InlineData(1_000, "1.0 us")]
    [InlineData(12_345, "12.3 us")]
    [InlineData(4_600_000, "4.60 ms")]
    [InlineData(1_234_000_000, "1.23 s")]
    public void Reports_show_three_digits(long nanoseconds, string shown) => Assert.Equal(shown, ShortCount.Nanoseconds(nanoseconds));
}
