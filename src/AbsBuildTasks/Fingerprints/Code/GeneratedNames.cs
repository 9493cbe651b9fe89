using System.Text.RegularExpressions;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>Tells names that a compiler made up, and that say nothing: they count what stands before, or hash a path.</summary>
internal static class GeneratedNames
{
    /// <summary>The type of a module's global members.</summary>
    public const string Module = "<Module>";

    private static readonly Regex FileLocal = new("(?<file><[^<>]*>F)[0-9A-Fa-f]{64}__", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, PatternTime.Most);

    // What F# makes of a function within a function is named after it and after the line that it is in.
    private static readonly Regex Line = new(@"@[0-9]+(-[0-9]+)?(?=\z|`)", RegexOptions.CultureInvariant, PatternTime.Most);

    // A static local of Visual Basic is a field, named after its method and the method's signature.
    private static readonly Regex StaticLocal = new(@"\A(?<method>\$STATIC\$.+?\$)[0-9A-Fa-f]+\$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, PatternTime.Most);

    private static readonly Regex InterfaceData = new(@"\AFSharp(Signature|Optimization)(Compressed)?DataB?\.", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, PatternTime.Most);

    private static readonly string[] VisualBasicTypes = ["_Closure$__", "VB$StateMachine_", "VB$AnonymousType_", "VB$AnonymousDelegate_"];

    private static readonly string[] VisualBasicMethods = ["_Lambda$__", "$VB$ClosureStub_"];

    /// <summary>Whether the name is one of a closure, a state machine, an anonymous type, constant data, or what a file of F# starts with.</summary>
    /// <param name="space">The namespace.</param>
    /// <param name="name">The type's name in it.</param>
    public static bool IsType(string space, string name) =>
        (name.StartsWith("<", StringComparison.Ordinal) && name != Module && FileLocal.Match(name) is not { Success: true, Index: 0 })
        || space.StartsWith("<StartupCode$", StringComparison.Ordinal)
        || StartsWithAny(name, VisualBasicTypes)
        || Line.IsMatch(name);

    /// <summary>Whether the name is one of a lambda, a local function or a call of a base method, in a type of the user's.</summary>
    public static bool IsMethod(string name) =>
        (name.StartsWith("<", StringComparison.Ordinal) && (name.Contains(">b__") || name.Contains(">g__") || name.StartsWith("<>n__", StringComparison.Ordinal)))
        || StartsWithAny(name, VisualBasicMethods)
        || Line.IsMatch(name);

    /// <summary>A name without the hash of the path of the file that a type in it is local to.</summary>
    public static string WithoutPath(string name) => FileLocal.Replace(name, "${file}__");

    /// <summary>A field's name without the line that F#, or the numbers of types that Visual Basic has put into it.</summary>
    public static string Lasting(string field) => StaticLocal.Replace(Line.Replace(field, "@"), "${method}$");

    /// <summary>Whether an embedded file of F# is named as those that only compilers read.</summary>
    public static bool IsForCompilers(string resource) => InterfaceData.IsMatch(resource);

    private static bool StartsWithAny(string name, string[] starts) => Array.Exists(starts, start => name.StartsWith(start, StringComparison.Ordinal));
}
