namespace AbsBuildTasks.Tests.Shared;

/// <summary>How long tests wait.</summary>
internal static class Patience
{
    /// <summary>Met by what hangs alone, however busy the machine is.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromMinutes(15);
}
