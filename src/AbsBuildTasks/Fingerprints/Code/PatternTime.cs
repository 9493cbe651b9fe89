namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>How long a pattern may look at a name: names are what an assembly says, and this framework knows no patterns that never go back.</summary>
internal static class PatternTime
{
    /// <summary>Far more than any name takes.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromSeconds(10);
}
