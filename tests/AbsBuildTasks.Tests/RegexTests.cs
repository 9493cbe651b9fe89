namespace AbsBuildTasks.Tests;

/// <summary>A pattern that goes back over a text may take years for some bytes of it, and most text is from outside.</summary>
public sealed class RegexTests
{
    [Fact]
    public void No_pattern_goes_back_over_a_text()
    {
        var sources = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Contains("obj"))
            .Where(file => File.ReadAllText(file).Contains("using System.Text.RegularExpressions;", StringComparison.Ordinal))
            .ToArray();

        Assert.NotEmpty(sources);
        Assert.All(sources, file =>
        {
            var text = File.ReadAllText(file);
            Assert.DoesNotContain("GeneratedRegex", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Regex.", text.Replace("System.Text.RegularExpressions", "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.Equal(text.Split("Regex ").Length, text.Split("RegexOptions.NonBacktracking").Length);
        });
    }
}
