namespace AbsBuildTasks.Plans.Tests.Infrastructure;

/// <summary>Texts that are committed, and compared to the letter.</summary>
internal static class Approved
{
    private const string Accept = "ABS_TESTS_ACCEPT";

    /// <summary>Compares a text with a file of the repository; writes it there where the variable says so.</summary>
    public static void Matches(string path, string text)
    {
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            Repository.Write(path, text);
        }

        var approved = Repository.Exists(path) ? Repository.Read(path) : "";
        Assert.True(approved == text, Difference(path, approved.Split('\n'), text.Split('\n')));
    }

    private static string Difference(string path, string[] approved, string[] now)
    {
        var line = approved.Zip(now, (left, right) => left == right).TakeWhile(same => same).Count();
        return $"""
            {path} is not what the code makes now, from line {line + 1} on:
            - {approved.ElementAtOrDefault(line) ?? "(the end)"}
            + {now.ElementAtOrDefault(line) ?? "(the end)"}
            Look at the difference after a run with {Accept}=1, and commit it if it is wanted.
            """;
    }
}
