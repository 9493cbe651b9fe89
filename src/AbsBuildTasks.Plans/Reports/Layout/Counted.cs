using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Layout;

/// <summary>Numbers of things in words.</summary>
internal static class Counted
{
    /// <summary>Writes for example <c>1 layer</c>, <c>2 layers</c>.</summary>
    public static string Of(int number, string noun) => Invariant($"{number} {Noun(number, noun)}");

    /// <summary>Writes for example <c>1 more layer</c>, <c>2 more layers</c>.</summary>
    public static string More(int number, string noun) => Invariant($"{number} more {Noun(number, noun)}");

    private static string Noun(int number, string noun) => number == 1 ? noun : noun + "s";
}
