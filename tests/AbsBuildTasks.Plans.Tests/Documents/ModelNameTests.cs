using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Plans.Tests.Documents;

public class ModelNameTests
{
    [Theory]
    [InlineData("digits")]
    [InlineData("ResNet-20_v1.5 small")]
    [InlineData("zahlen_für_層")]
    [InlineData("console")]
    [InlineData("com10")]
    public void Names_of_letters_and_digits_are_taken(string name) => Assert.Equal(name, ModelName.Validate(name));

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("  ", "is empty")]
    [InlineData(".hidden", "begins or ends with a dot or space")]
    [InlineData("end.", "begins or ends with a dot or space")]
    [InlineData("end ", "begins or ends with a dot or space")]
    [InlineData("a..b", "holds two dots in a row")]
    [InlineData("..", "begins or ends with a dot or space")]
    [InlineData("../up", "begins or ends with a dot or space")]
    [InlineData("a/b", "holds '/'")]
    [InlineData("a\\b", "holds '\\\\'")]
    [InlineData("C:x", "holds ':'")]
    [InlineData("a\0b", "holds '\\u0000'")]
    [InlineData("a\nb", "holds '\\u000A'")]
    [InlineData("a\u202eb", "holds '\\u202E'")]
    [InlineData("a😀", "holds '\\uD83D'")]
    [InlineData("NUL", "is reserved by Windows")]
    [InlineData("con.v1", "is reserved by Windows")]
    [InlineData("com1", "is reserved by Windows")]
    [InlineData("lpt9 .x", "is reserved by Windows")]
    public void Names_that_are_no_file_names_everywhere_are_refused(string name, string problem)
    {
        var error = Assert.Throws<AbsException>(() => ModelName.Validate(name));

        Assert.Equal(AbsCodes.InvalidModelName, error.Code);
        Assert.EndsWith($"\" {problem}; use letters, digits, '.', '-', '_' and spaces, for example Include=\"digits\".", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_name_has_at_most_100_characters()
    {
        Assert.Equal(new('x', 100), ModelName.Validate(new('x', 100)));
        Assert.Contains("is longer than 100 characters", Assert.Throws<AbsException>(() => ModelName.Validate(new('x', 101))).Message, StringComparison.Ordinal);
    }
}
