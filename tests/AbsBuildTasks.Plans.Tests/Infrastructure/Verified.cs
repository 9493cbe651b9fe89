namespace AbsBuildTasks.Plans.Tests.Infrastructure;

/// <summary>Compares texts with files that are committed beside the tests.</summary>
internal static class Verified
{
    private const string Accept = "ABS_ACCEPT_VERIFIED";

    /// <summary>Fails unless a text is what its file holds; with <c>ABS_ACCEPT_VERIFIED=1</c>, makes it so.</summary>
    /// <param name="name">The file below the test project's folder: <c>Diffs/several.verified.md</c>.</param>
    /// <param name="actual">The text; the file ends in a line's end whether the text does or not.</param>
    public static void Check(string name, string actual)
    {
        var file = Repository.PathOf(Path.Combine("tests", typeof(Verified).Assembly.GetName().Name!, name));
        actual = actual.EndsWith('\n') ? actual : actual + "\n";
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
        }

        var expected = File.Exists(file) ? File.ReadAllText(file) : "";
        Assert.True(expected == actual, Difference(name, expected.Split('\n'), actual.Split('\n')));
    }

    private static string Difference(string name, string[] expected, string[] actual)
    {
        var line = expected.Zip(actual, (left, right) => left == right).TakeWhile(same => same).Count();
        return $"""
            {name} is not what was verified, from line {line + 1} on:
            - {expected.ElementAtOrDefault(line) ?? "(the end)"}
            + {actual.ElementAtOrDefault(line) ?? "(the end)"}
            If the new text is right, run the tests once with {Accept}=1 and commit the file. The whole new text:
            {string.Join('\n', actual)}
            """;
    }
}
