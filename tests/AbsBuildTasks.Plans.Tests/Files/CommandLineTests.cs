using AbsBuildTasks.Plans.Files;
using FsCheck;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Files;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("a", "a")]
    [InlineData("", "\"\"")]
    [InlineData("a b", "\"a b\"")]
    [InlineData(@"C:\my folder\", @"""C:\my folder\\""")]
    [InlineData(@"C:\folder\", @"C:\folder\")]
    [InlineData("say \"hi\"", "\"say \\\"hi\\\"\"")]
    public void Arguments_are_quoted_where_they_must_be(string argument, string expected) =>
        Assert.Equal(expected, CommandLine.Join([argument]));

    [Property]
    public void Splitting_gives_the_arguments_back(NonNull<string>[] arguments)
    {
        string[] texts = [.. arguments.Select(argument => argument.Get.Replace("\0", "", StringComparison.Ordinal))];

        Assert.Equal(texts, Split(CommandLine.Join(texts)));
    }

    /// <summary>The rules of .NET on Unix and of Microsoft's C runtime, as far as they agree.</summary>
    private static List<string> Split(string line)
    {
        var arguments = new List<string>();
        for (var i = 0; i < line.Length; i++)
        {
            var text = new System.Text.StringBuilder();
            var isQuoted = false;
            for (; i < line.Length && (isQuoted || line[i] != ' '); i++)
            {
                var backslashes = line[i..].TakeWhile(character => character == '\\').Count();
                if (backslashes > 0)
                {
                    var beforeQuote = i + backslashes < line.Length && line[i + backslashes] == '"';
                    text.Append('\\', beforeQuote ? backslashes / 2 : backslashes);
                    i += backslashes;
                    if (!beforeQuote || backslashes % 2 == 0)
                    {
                        i--;
                        continue;
                    }

                    text.Append('"');
                }
                else if (line[i] == '"')
                {
                    isQuoted = !isQuoted;
                }
                else
                {
                    text.Append(line[i]);
                }
            }

            arguments.Add(text.ToString());
        }

        return arguments;
    }
}
