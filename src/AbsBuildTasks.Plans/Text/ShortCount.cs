using static System.FormattableString;

namespace AbsBuildTasks.Plans.Text;

/// <summary>Large counts for people, in a few characters.</summary>
internal static class ShortCount
{
    /// <summary>Operations in thousands (k), millions (M) or billions (G), with one decimal.</summary>
    public static string Operations(long count) => count switch
    {
        >= 10_000_000_000 => Invariant($"{count / 1e9:#,0.0} G"),
        >= 1_000_000 => Invariant($"{count / 1e6:#,0.0} M"),
        >= 1_000 => Invariant($"{count / 1e3:0.0} k"),
        _ => Invariant($"{count}"),
    };

    /// <summary>Bytes in KB of 1,024 bytes, with one decimal; fewer than 100 as they are.</summary>
    public static string Bytes(long count) => count < 100 ? Invariant($"{count} B") : Invariant($"{count / 1024.0:#,0.0} KB");

    /// <summary>Nanoseconds as a time, with three digits or more.</summary>
    public static string Nanoseconds(long count) => count switch
    {
        >= 1_000_000_000 => Invariant($"{count / 1e9:#,0.00} s"),
        >= 1_000_000 => Invariant($"{count / 1e6:0.00} ms"),
        >= 1_000 => Invariant($"{count / 1e3:0.0} us"),
        _ => Invariant($"{count} ns"),
    };
}
