namespace AbsBuildTasks.Plans.Protocol;

/// <summary>The events file that each search has in the folder of its state, so that a program which comes later can follow it.</summary>
internal static class FollowedEvents
{
    private const string FileName = "events.jsonl";

    /// <summary>The file of the search that keeps its state in a folder.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, FileName);
}
