namespace AbsBuildTasks.Tests.House;

/// <summary>A pattern that goes back over a text may take years for some bytes of it, and most text is from outside.</summary>
public sealed class RegexTests
{
    [Fact]
    public void No_pattern_goes_back_over_a_text_without_an_end()
    {
        var lines = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Contains("obj"))
            .SelectMany(File.ReadAllLines)
            .Where(line => line.Contains("Regex", StringComparison.Ordinal) && !line.StartsWith("using ", StringComparison.Ordinal))
            .ToArray();

        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.True(
            line.Contains("RegexOptions.NonBacktracking", StringComparison.Ordinal) || line.Contains("PatternTime.Most", StringComparison.Ordinal), line));
    }
}
