using AbsBuildTasks.Plans.Json;

namespace AbsBuildTasks.Plans.Runs;

/// <summary>What a search warned of: whoever gets its plan later should know it, too.</summary>
/// <param name="Code">The code, such as <c>ABS3021</c>.</param>
/// <param name="Text">One line.</param>
internal sealed record RunWarning(string Code, string Text)
{
    /// <summary>The property of a record that lists them.</summary>
    public const string Property = "warnings";

    private const int CodeLength = 7;

    /// <summary>Reads those of a record.</summary>
    public static IReadOnlyList<RunWarning> Read(StrictObject record) => record.Names.Contains(Property)
        ? [.. record.Objects(Property).Select(warning => new RunWarning(CodeOf(warning), warning.String("text")))]
        : [];

    private static string CodeOf(StrictObject warning)
    {
        var code = warning.String("code");
        return code.Length == CodeLength && code.StartsWith("ABS", StringComparison.Ordinal) && code.Skip(3).All(digit => digit is >= '0' and <= '9')
            ? code
            : throw warning.Wrong("code", "is no code such as ABS3021");
    }
}
