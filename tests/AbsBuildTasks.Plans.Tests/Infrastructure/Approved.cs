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

        Assert.True(Repository.Exists(path) && Repository.Read(path) == text, $"{path} is not what the code makes now. Look at the difference after a run with {Accept}=1, and commit it if it is wanted.");
    }
}
