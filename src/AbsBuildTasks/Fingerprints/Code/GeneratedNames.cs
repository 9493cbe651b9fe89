using System.Text.RegularExpressions;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>Tells names that a compiler made up, and that say nothing: they count what stands before, or hash a path.</summary>
internal static class GeneratedNames
{
    /// <summary>The type of a module's global members.</summary>
    public const string Module = "<Module>";

    private static readonly Regex FileLocal = new("(?<file><[^<>]*>F)[0-9A-Fa-f]{64}__", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);

    /// <summary>Whether the name is one of a closure, a state machine, an anonymous type, or constant data.</summary>
    public static bool IsType(string name) => name.StartsWith("<", StringComparison.Ordinal) && name != Module && FileLocal.Match(name) is not { Success: true, Index: 0 };

    /// <summary>Whether the name is one of a lambda, a local function or a call of a base method, in a type of the user's.</summary>
    public static bool IsMethod(string name) => name.StartsWith("<", StringComparison.Ordinal)
        && (name.Contains(">b__") || name.Contains(">g__") || name.StartsWith("<>n__", StringComparison.Ordinal));

    /// <summary>A name without the hash of the path of the file that a type in it is local to.</summary>
    public static string WithoutPath(string name) => FileLocal.Replace(name, "${file}__");
}
