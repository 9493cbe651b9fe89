using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;

namespace AbsBuildTasks.Plans.Tests.Settings;

public class ByteSizeTests
{
    [Theory]
    [InlineData("0KB", 0)]
    [InlineData("1KB", 1L << 10)]
    [InlineData(" 2.5 mb ", 5L << 19)]
    [InlineData("4GB", 4L << 30)]
    [InlineData("3TB", 3L << 40)]
    public void Sizes_are_a_number_and_a_unit(string text, long bytes) => Assert.Equal(bytes, ByteSize.Parse("X", text));

    [Theory]
    [InlineData("")]
    [InlineData("4")]
    [InlineData("GB")]
    [InlineData("-1GB")]
    [InlineData("1,5GB")]
    [InlineData("1e3GB")]
    [InlineData("99999999TB")]
    public void Other_texts_are_refused(string text)
    {
        var error = Assert.Throws<AbsException>(() => ByteSize.Parse("X", text));

        Assert.Equal((AbsCodes.InvalidSetting, $"X=\"{text}\" cannot be read; write a size such as 4GB or 500MB."), (error.Code, error.Message));
    }
}
