using System.Text.RegularExpressions;

namespace AbsBuildTasks.Cli.Building;

/// <summary>An error or warning of a build.</summary>
/// <param name="Place">The file, with line and column where they are known.</param>
/// <param name="Kind"><c>error</c> or <c>warning</c>.</param>
/// <param name="Code">Its code, such as <c>ABS4001</c>.</param>
/// <param name="Text">What it says.</param>
internal sealed record BuildMessage(string Place, string Kind, string Code, string Text)
{
    // [project] at the end is MSBuild's addition, and may be missing.
    // Lines come from programs of all kinds, and may be long: no backtracking.
    private static readonly Regex Form = new(@"^\s*(?<place>.*?)\s*: (?<kind>error|warning) (?<code>[A-Z]+[0-9]+)\s*: (?<text>.*?)(\s\[[^\[\]]*proj(::[^\]]*)?\])?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);

    /// <summary>Reads a line of a build's output; null where it is neither.</summary>
    public static BuildMessage? TryRead(string line) => Form.Match(line) is { Success: true } match
        ? new(match.Groups["place"].Value, match.Groups["kind"].Value, match.Groups["code"].Value, match.Groups["text"].Value)
        : null;

    /// <summary>The message in one line, without the project that MSBuild adds.</summary>
    public override string ToString() =>
        Place.EndsWith("proj", StringComparison.Ordinal) ? $"{Kind} {Code}: {Text}" : $"{Kind} {Code}: {Text} [{Place}]";
}
