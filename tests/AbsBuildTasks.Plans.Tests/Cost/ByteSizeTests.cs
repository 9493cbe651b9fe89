using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Plans.Tests.Cost;

public class ByteSizeTests
{
    [Theory]
    [InlineData("0KB", 0)]
    [InlineData("512B", 512)]
    [InlineData("1.9 b", 1)]
    [InlineData("1KB", 1L << 10)]
    [InlineData(" 2.5 mb ", 5L << 19)]
    [InlineData("4GB", 4L << 30)]
    [InlineData("3TB", 3L << 40)]
    public void Sizes_are_a_number_and_a_unit(string text, long bytes) => Assert.Equal(bytes, ByteSize.Parse("X", text));

    [Theory]
    [InlineData("")]
    [InlineData("4")]
    [InlineData("GB")]
    [InlineData("B")]
    [InlineData("-1GB")]
    [InlineData("1,5GB")]
    [InlineData("1e3GB")]
    [InlineData("4 gibibytes")]
    [InlineData("99999999TB")]
    [InlineData("99999999999999999999999999999999TB")]
    public void Other_texts_are_refused(string text)
    {
        var error = Assert.Throws<AbsException>(() => ByteSize.Parse("X", text));

        Assert.Equal((AbsCodes.InvalidSetting, $"X=\"{text}\" cannot be read; write a size such as 4GB or 500MB."), (error.Code, error.Message));
    }

    [Theory]
    [InlineData(1, "1B")]
    [InlineData(1023, "1023B")]
    [InlineData(1536, "1.5KB")]
    [InlineData(40_000, "40000B")]
    [InlineData(1L << 30, "1GB")]
    [InlineData(long.MaxValue, "9223372036854775807B")]
    public void A_size_is_written_in_the_largest_unit_that_says_it_exactly(long bytes, string text) => Assert.Equal(text, ByteSize.Write(bytes));

    [Fact]
    public void What_is_written_reads_back_as_the_same_size()
    {
        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            var bytes = 1 + (long)Math.Pow(2, random.NextDouble() * 62);
            Assert.Equal(bytes, ByteSize.TryParse(ByteSize.Write(bytes)));
        }
    }

    [Fact]
    public void Nothing_is_not_a_size_to_write() => Assert.Throws<ArgumentOutOfRangeException>(() => ByteSize.Write(0));
}
