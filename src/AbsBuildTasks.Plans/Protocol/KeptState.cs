namespace AbsBuildTasks.Plans.Protocol;

/// <summary>The file that each search has in the folder of its state, from which the next one of its kind goes on.</summary>
internal static class KeptState
{
    /// <summary>What it is called.</summary>
    public const string FileName = "search.checkpoint";

    /// <summary>Whether there is one in a folder, which need not exist.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, FileName));
}
