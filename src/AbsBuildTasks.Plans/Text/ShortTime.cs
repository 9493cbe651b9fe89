using static System.FormattableString;

namespace AbsBuildTasks.Plans.Text;

/// <summary>A time in as few words as a display has room for.</summary>
internal static class ShortTime
{
    /// <summary>Writes for example <c>2 h 5 min</c>, <c>3 min 20 s</c> or <c>9 s</c>; one second at least, as what runs is not done yet.</summary>
    public static string Of(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } => Invariant($"{(int)time.TotalHours} h {time.Minutes} min"),
        { TotalMinutes: >= 1 } => Invariant($"{time.Minutes} min {time.Seconds} s"),
        _ => Invariant($"{Math.Max(1, time.Seconds)} s"),
    };
}
