using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Plans.Tests.Caching;

public class CacheSizeTests
{
    [Theory]
    [InlineData("4GB", CacheSize.Default)]
    [InlineData(" 1.5 mb ", 1_572_864)]
    [InlineData("0KB", 0)]
    [InlineData("1TB", 1L << 40)]
    public void A_size_is_a_number_with_a_unit(string text, long bytes) => Assert.Equal(bytes, CacheSize.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("4")]
    [InlineData("GB")]
    [InlineData("-1GB")]
    [InlineData("4 gibibytes")]
    [InlineData("1,5GB")]
    [InlineData("9000000TB")]
    [InlineData("99999999999999999999999999999999TB")]
    public void Anything_else_is_refused(string text)
    {
        var error = Assert.Throws<AbsException>(() => CacheSize.Parse(text));

        Assert.Equal(AbsCodes.InvalidSetting, error.Code);
        Assert.Equal($"AbsCacheSize=\"{text}\" cannot be read; write a size such as 4GB or 500MB.", error.Message);
    }
}
