using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tests.Workers;

public sealed class OutputLinesTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("one", new[] { "one" })]
    [InlineData("one\ntwo\r\n", new[] { "one", "two" })]
    [InlineData("\n\nthree", new[] { "", "", "three" })]
    [InlineData("\0\u001b[31m\ntwo", new[] { "\0\u001b[31m", "two" })]
    public void Lines_come_without_their_ends(string text, string[] expected) => Assert.Equal(expected, Read(text));

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    public void Of_a_long_line_the_beginning_is_kept(int excess)
    {
        var text = new string('x', OutputLines.MaxLength + excess);

        var lines = Read(text + "\nnext");

        Assert.Equal([excess > 0 ? text[..OutputLines.MaxLength] + "..." : text, "next"], lines);
    }

    private static List<string> Read(string text)
    {
        var lines = new List<string>();
        using var reader = new StringReader(text);
        OutputLines.Read(reader, lines.Add);
        return lines;
    }
}
